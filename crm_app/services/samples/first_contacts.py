"""The sample contacts of an empty address book: invented people, in the order of the list.

Domains are reserved for examples (RFC 2606), phone numbers for fiction by the regulator of each
country; people of countries without such numbers have another country's, or none.
"""

from crm_app.domain.contact_fields import NAMES, Values

LONG_NOTES = (
    "Met at the book fair. She runs the reading room and decides what is bought for it.\n\n"
    "Before the next call:\n"
    "- send the catalogue of maps, without the atlases she has\n"
    "- ask whether the scanner can take sheets of one metre\n"
    "- offer the two weeks in March when the paper lab is free\n\n"
    "She prefers a call in the morning and answers letters within a day. Her colleague Tomás deals "
    "with invoices, and wants the order number in the first line. Closed in August."
)


def _person(name: str, email: str, company: str = "", phone: str = "", notes: str = "") -> Values:
    values = {"name": name, "email": email, "company": company, "phone": phone, "notes": notes}
    return {field: values.get(field) or None for field in NAMES}


FIRST_CONTACTS: tuple[Values, ...] = (
    _person(
        "Mara Lindqvist",
        "mara.lindqvist@example.com",
        "Tidewater Surveying",
        "+46 8 465 004 12",
        "Prefers email. Back from the coast on Thursdays.",
    ),
    _person(
        "James Okafor",
        "james@okafor.example.org",
        "Okafor & Daughters",
        "+44 20 7946 0321",
        "Asked for the spring price list.",
    ),
    _person("Łucja Wiśniewska", "lucja.wisniewska@example.net", "Pracownia Mapa"),
    _person(
        "佐藤 美咲", "misaki.sato@example.com", "青葉製本所", notes="名刺は日本語と英語の両方。"
    ),
    _person("Inés Carvalho", "ines@example.org", phone="+1 202 555 0147", notes=LONG_NOTES),
    _person(
        "Jonas Brandt",
        "j.brandt@linden-optik.example.com",
        "Linden Optik",
        "+49 30 23125 204",
        "Service contract ends in June.",
    ),
    _person("Оксана Мельник", "oksana.melnyk@example.com", "Друкарня «Ластівка»"),
    _person("Aoife Brennan", "aoife.brennan@example.com", phone="+353 20 912 3456"),
    _person(
        "ليلى حداد",
        "layla.haddad@example.net",
        "دار الياسمين",
        "+44 1632 960 118",
    ),
    _person("Wu", "wu@example.org", "Blue Kettle Tea", "+1 (415) 555-0132"),
    _person(
        "Priya Raghavan",
        "priya.raghavan@example.com",
        "Monsoon Analytics",
        "+1 312 555 0178 ext. 4",
    ),
    _person("Camille Rousseau", "camille@example.net", "Atelier Verdier", "+33 1 99 00 27 41"),
    _person("अनन्या शर्मा", "ananya.sharma@example.org", "नदी प्रकाशन"),
    _person("Tom Fletcher", "tom.fletcher@example.com", notes="Plumber. Evenings only."),
    _person(
        "Σοφία Παπαδάκη",
        "sofia.papadaki@example.com",
        "Ελαιώνας",
        notes="Στέλνει δείγματα τον Οκτώβριο.",
    ),
    _person("김지우", "jiwoo.kim@example.net", "한빛도서", "+1 646 555 0119"),
    _person("Freya Nilsen-Hart", "freya@harbour-finch.example.com", "Harbour & Finch"),
    _person("Diego Fuentes", "diego.fuentes@example.org", "Papelería Aurora", "+1 956 555 0164"),
    _person("יעל לוי", "yael.levi@example.com", "סטודיו אלון"),
    _person(
        "Marcus Webb",
        "marcus.webb@example.com",
        "Northgate Clinic",
        "+61 2 5550 1187",
        "Reception opens at 8. Ask for the practice manager.",
    ),
    _person("Zeynep Şahin", "zeynep.sahin@example.net", "Çınar Mimarlık"),
    _person(
        "陈思远", "siyuan.chen@example.org", "远山设计", notes="Moves to the new office in May."
    ),
    _person("Eleni Tesfaye", "eleni@example.com", phone="+44 7700 900 461"),
    _person("Noah van Dijk", "noah.vandijk@example.net", "Kadewerf", "+49 171 3920 045"),
    _person("Grace O’Malley", "grace.omalley@example.org", "Clew Bay Ferries"),
)
