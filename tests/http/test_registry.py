"""The handlers that the application registers: each is behind a rule, or closed."""

from crm_app.states import rules

ROOT_STATE = "reflex___state____state"
CLOSED = (
    "setvar",  # once for every state
    f"{ROOT_STATE}.hydrate",
    f"{ROOT_STATE}.reflex___state____update_vars_internal_state.update_vars_internal",
    "handler_error_state.report",
)
"""How the names end that only the server itself may call, or nobody."""


def test_every_handler_is_behind_a_rule_or_closed(registry: dict[str, dict[str, bool]]) -> None:
    closed = {name for name in registry if name.endswith(CLOSED)}
    assert set(registry) - closed == set(rules.RULES)
    assert len(closed) == 3 + sum(name.endswith(".setvar") for name in registry)
    assert not closed & set(rules.RULES)


def test_a_rule_takes_what_its_handler_takes(registry: dict[str, dict[str, bool]]) -> None:
    for name, rule in rules.RULES.items():
        fields = rule.arguments.model_fields
        assert {key: field.is_required() for key, field in fields.items()} == registry[name], name
        assert rule.arguments.model_config.get("extra") == "forbid"
