// Far more than any field takes, and little enough to be sent: the server would hang up on it.

const MAX_BYTES = 10_000; // as JSON
const bytes = ({ value }) => new TextEncoder().encode(JSON.stringify(value)).length;

// Say at the first field that is too long to be sent; return whether one is.
export function sayTooLong(form, isTooLong = (input) => bytes(input) > MAX_BYTES) {
  const field = [...form.querySelectorAll("input:not([type=hidden]), textarea")].find(isTooLong);
  field?.setCustomValidity(`This is too long to be sent: ${field.value.length} characters.`);
  field?.reportValidity();
  return Boolean(field);
}
