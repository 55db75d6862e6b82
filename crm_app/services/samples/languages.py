"""The languages of sample contacts: how frequent each is, and how its names are written."""

from dataclasses import dataclass
from enum import Enum

from mimesis.locales import Locale


class Order(Enum):
    """How given name and family name are put together."""

    GIVEN_FIRST = "given family"
    FAMILY_FIRST = "family given"
    UNSPACED = "familygiven"


@dataclass(frozen=True, slots=True)
class Language:
    """One language. `share` is relative to the others.

    Names, notes and phone numbers are Mimesis's where there are none of our own. A digit of a
    phone number stands for each # of its mask.
    """

    locale: Locale
    share: int
    order: Order = Order.GIVEN_FIRST
    given: tuple[str, ...] = ()
    family: tuple[str, ...] = ()
    sentences: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()


LATIN = (
    Language(
        Locale.EN,
        14,
        phones=(
            "+1 2## 555 01##",
            "(2##) 555-01##",
            "2##-555-01##",
            "+1.2##.555.01##",
            "2##555####",
            "1-800-555-01##",
        ),
    ),
    Language(
        Locale.EN_GB,
        6,
        phones=("+44 20 7946 0###", "020 7946 0###", "07700 900###", "+44 (0)1632 960 ###"),
    ),
    Language(
        Locale.DE,
        7,
        phones=(
            "+49 (0) 30 / 2312###-##",
            "030 / 2312 ####",
            "0049 89 99998 ###",
            "+49-171-39200##",
            "(0221) 4710-###",
        ),
    ),
    Language(
        Locale.FR,
        7,
        phones=("+33 1 99 00 ## ##", "01 99 00 ## ##", "06.39.98.##.##", "+33 (0)6 39 98 ## ##"),
    ),
    Language(Locale.ES, 5, phones=("+34 6## ## ## ##", "9## ### ###", "6########")),
    Language(Locale.ES_MX, 3, phones=("+52 55 #### ####", "(55) ####-####", "01 800 ### ####")),
    Language(Locale.PT_BR, 5, phones=("+55 (11) 9####-####", "(21) ####-####", "0800 ### ####")),
    Language(Locale.IT, 4, phones=("+39 06 #### ####", "3## ### ####", "02/########")),
    Language(Locale.PL, 4),
    Language(Locale.NL, 3),
    Language(Locale.TR, 4, phones=("+90 5## ### ## ##", "0(212) ### ## ##", "0 5## #######")),
    Language(Locale.SV, 2),
    Language(Locale.DA, 1),
    Language(Locale.NO, 1),
    Language(Locale.FI, 1),
    Language(Locale.CS, 2),
    Language(Locale.SK, 1),
    Language(Locale.HU, 1, Order.FAMILY_FIRST),
    Language(Locale.HR, 1),
    Language(Locale.ET, 1),
    Language(Locale.IS, 1),
    Language(Locale.AZ, 1),
)
OTHER_SCRIPTS = (
    Language(
        Locale.RU,
        5,
        phones=("+7 (495) ###-##-##", "8 (812) ###-##-##", "8 9## ### ## ##", "+79#########"),
    ),
    Language(Locale.UK, 3, phones=("+380 (44) ###-##-##", "044 ### ## ##", "+38067#######")),
    Language(Locale.KK, 1),
    Language(Locale.EL, 2, phones=("+30 21# ### ####", "21# #######", "69########")),
    Language(Locale.AR_EG, 3, phones=("+20 10 #### ####", "٠١٠ #### ####", "(02) #### ####")),
    Language(Locale.AR_SA, 1),
    Language(Locale.FA, 2, phones=("+98 912 ### ####", "۰۹۱۲ ### ####", "021-########")),
    Language(
        Locale.ZH,
        6,
        Order.UNSPACED,
        phones=("+86 138 #### ####", "138########", "010-########", "（021）########"),
    ),
    Language(
        Locale.JA,
        5,
        Order.FAMILY_FIRST,
        phones=("03-####-####", "+81 90-####-####", "０９０−####−####", "（06）####-####"),
    ),
    Language(
        Locale.KO, 3, Order.UNSPACED, phones=("010-####-####", "+82 2-###-####", "02)###-####")
    ),
)

# Mimesis has no names in these. Companies and missing notes are English, as often there.
HEBREW = Language(
    Locale.EN,
    2,
    given=(
        "נועה",
        "תמר",
        "יעל",
        "מיכל",
        "רבקה",
        "דוד",
        "יוסף",
        "איתי",
        "אורי",
        "משה",
        "אסתר",
        "ג׳ורג׳",
    ),
    family=("כהן", "לוי", "מזרחי", "פרץ", "ביטון", "אברהם", "פרידמן", "בן־דוד", "שפירא", "אדרי"),
    sentences=(
        "להתקשר אחרי החגים.",
        "נפגשנו בכנס בתל אביב.",
        "מעדיפה דואר אלקטרוני.",
        "לקוח ותיק.",
    ),
    phones=("+972 5#-###-####", "05########", "03-#######"),
)
HINDI = Language(
    Locale.EN,
    3,
    given=(
        "आरव",
        "विवान",
        "अनन्या",
        "दीया",
        "प्रिया",
        "राहुल",
        "सुनीता",
        "अमित",
        "पूजा",
        "श्रीकृष्ण",
        "लक्ष्मी",
    ),
    family=("शर्मा", "वर्मा", "गुप्ता", "सिंह", "कुमार", "पटेल", "मिश्रा", "अय्यर", "चट्टोपाध्याय", "जोशी"),
    sentences=("दिवाली के बाद फ़ोन करें।", "दिल्ली के सम्मेलन में मिले।", "पुराने ग्राहक।", "ईमेल पसंद है।"),
    phones=("+91 98### #####", "098#########", "022 2### ####"),
)
BENGALI = Language(
    Locale.EN,
    1,
    given=("অনন্যা", "সুমন", "রহিম", "ফাতেমা", "শ্রেয়া", "অর্ণব"),
    family=("চট্টোপাধ্যায়", "রহমান", "সেন", "ঘোষ", "দত্ত", "হোসেন"),
    phones=("+880 17##-######", "০১৭ #### ####", "+91 33 #### ####"),
)
TAMIL = Language(
    Locale.EN,
    1,
    given=("முத்து", "லட்சுமி", "கார்த்திக்", "மீனாட்சி", "செல்வி", "அருண்"),
    family=("சுப்பிரமணியன்", "ராமசாமி", "நடராஜன்", "கிருஷ்ணன்"),
    phones=("+91 44 #### ####", "9########"),
)
THAI = Language(
    Locale.EN,
    1,
    given=("สมชาย", "สมหญิง", "ณัฐพล", "พิมพ์ชนก", "กิตติ", "อรทัย"),
    family=("ใจดี", "ศรีสุวรรณ", "วงศ์สวัสดิ์", "แสงจันทร์", "ทองคำ"),
    phones=("+66 8# ### ####", "08#-###-####", "๐๘# ### ####"),
)
VIETNAMESE = Language(
    Locale.EN,
    2,
    Order.FAMILY_FIRST,
    given=("Thị Ánh", "Văn Đức", "Minh Châu", "Quốc Bảo", "Thu Hằng", "Hữu Nghĩa", "Ngọc Mỹ"),
    family=("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Đặng", "Vũ", "Bùi"),
    sentences=("Gọi lại sau Tết.", "Gặp ở hội nghị Đà Nẵng.", "Khách hàng lâu năm."),
    phones=("+84 9# ### ## ##", "09########"),
)
GEORGIAN = Language(
    Locale.EN,
    1,
    given=("გიორგი", "ნინო", "დავით", "მარიამ", "თამარ", "ლუკა"),
    family=("ბერიძე", "მაისურაძე", "კაპანაძე", "გელაშვილი"),
    phones=("+995 599 ## ## ##", "599######"),
)
ARMENIAN = Language(
    Locale.EN,
    1,
    given=("Արամ", "Անահիտ", "Տիգրան", "Մարիամ", "Հայկ"),
    family=("Պետրոսյան", "Հակոբյան", "Սարգսյան", "Գրիգորյան"),
    phones=("+374 91 ######", "(010) ######"),
)
LANGUAGES = (
    *LATIN,
    *OTHER_SCRIPTS,
    *(HEBREW, HINDI, BENGALI, TAMIL, THAI, VIETNAMESE, GEORGIAN, ARMENIAN),
)
