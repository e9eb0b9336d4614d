"""What people type for a place in Belgium, and what each text means: one table for the search in
this process, for the API and for the device.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Case(NamedTuple):
    """A text, and the postcodes that are answered, with other places that have the name; or the
    type of the problem, the first suggestions in their order and the countries that are named. All
    of `codes` are answered, and all of `others` are offered.
    """

    text: str
    codes: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    problem: str = ""
    offered: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()


_ANTWERP = "2000 2018 2020 2030 2040 2050 2060 2100 2140 2150 2170 2180 2600 2610 2660"
_BRUSSELS = "1000 1020 1040 1050 1120 1130"
_REGION = (
    "1000 1020 1030 1040 1050 1060 1070 1080 1081 1082 1083 1090 1120 1130 1140 1150 1160 1170 "
    "1180 1190 1200 1210"
)
_LEUVEN = "3000 3001 3010 3012 3018"
_LIEGE = "4000 4020 4030 4031 4032"
_ST_NIKLAAS = "9100 9111 9112"

# By the postcodes that are answered.
_ANSWERED: Mapping[str, Sequence[str]] = {
    "1000": (
        # Prefixes, spaces, the digits of any script, and signs that cannot be seen.
        *("1000", " 1000 ", "B-1000", "BE-1000", "be 1000", "b1000", "B\u20131000", "1000\t"),
        *("１０００", "١٠٠٠", "१०००", "1000\u200b", "\u200b1000", "10\u200b00", "\u00a01000\t"),
        # The name of the town in each language, before the code or after it.
        *("1000 Brussel", "1000, Brussel", "1000 bruxelles", "BE 1000, Brussel", "B-1000 BRUSSEL"),
        *("1000  Brussel", "1000,Bruxelles", "1000 Brussels", "1000 Brüssel", "Brussel, 1000"),
        *("1000 Bruxelles/Brussel", "1000 Bruxelles, Belgique", "1000 Brussel (België)"),
        *("B-1000 Belgium", "1000, Belgium"),
        # The letter O is beside the digit on many keyboards.
        *("1OOO", "b-1ooo", "B1OOO", "1OOO Brussel", "1OOO Xyz"),
        # A right postcode is never refused for a name that is not known.
        "1000 Lausanne",
    ),
    "1348": ("LLN", "lln"),
    "1020": ("1020 Laeken", "laeken", "Laken"),
    "2000": ("\ufeff2000\u200f", "²000", "2000 Xyz", "2000 Anvers"),
    "2040": ("2040 Lillo",),
    # The part that is in both: Deurne is also a part of Diest.
    "2100": ("Deurne (Antwerpen)", "Antwerpen, Deurne"),
    "3000": ("3000 Лувен", "Лувен 3000", "3000 Louvain"),
    "3500": ("3500 Limburg", "3500 Hasselt, Limburg", "3500 Hasselt, Limbourg, Belgique"),
    # Four digits and two letters, but the name of the place.
    "3665": ("3665 As",),
    "3670": ("3670 Meeuwen-Gruitrode",),
    # Tongeren-Borgloon is Tongres-Looz in French.
    "3700": ("Tongeren", "Tongres", "Tongern"),
    "4000": ("4000 Lüttich", "4000 Liege", "4000 Lüttich BELGIEN", "Luik 4000", "Rocourt"),
    "4120": ("Ehein, Belgique",),
    "4480": ("4480 Ehein",),
    "5620": ("5620 Hemptinne-Lez-Florennes",),
    "6000": ("6000 Charleroi (Hainaut)",),
    # Also Maastricht's postcode in the Netherlands.
    "6211": ("6211 Maastricht, België",),
    # Luxembourg is a province, too.
    "6700": ("6700 Luxembourg",),
    "7000": ("7000 Hainaut", "Hainaut 7000", "7000 Hainaut, Belgique"),
    # A further Dutch name of Warneton.
    "7784": ("Waasten",),
    "8000": ("8000 Bruges", "B-8000 Zentrum"),
    "8630": ("Avekapelle",),
    "9000": (
        *("Gent 9000", "9000 Ghent", "9000 GAND", "9000, Belgie", "9000 Gent, België"),
        *("9000 Gent Belgium", "Gent 9000, België", "Gent 9000 BELGIEN"),
        # Also the name of a village with another postcode.
        "9000 Deurne",
    ),
    "9050": ("Gentbrugge", "Gent, B-9050", "9050 ledeberg", "9O5O Ledeberg"),
    "9600": ("Ronse - Renaix",),
    "9660": ("9660 Sint-Maria-Oudenhove",),
    # Towns with several postcodes that have one closest centre.
    "9120 9130": ("kallo",),
    "9160 9180": ("Lokeren",),
    "6680 6681": ("Ste Ode", "Sainte-Ode"),
    "4780 4782 4783 4784": ("St. Vith",),
    _ST_NIKLAAS: ("st niklaas", "Sint Niklaas", "Saint-Nicolas/Sint-Niklaas, Belgique"),
    _BRUSSELS: (
        *("bruxelles", "Brussel", "Bruxelles/Brussel", "Brussels, Belgium"),
        *("Rue de la Loi 16, Bruxelles", "Wetstraat 16 , Brussel, België"),
    ),
    # The city: the name does not stand in the lists of Etterbeek and Elsene.
    "1000 1020 1120 1130": ("bxl", "Bruxelles-Ville", "Brussel-Stad", "Ville de Bruxelles"),
    _LEUVEN: ("Лувен", "Lovaina", "Löwen", "Löwen Belgien"),
    # Of a province with the same name, the town is meant.
    _LIEGE: ("LIEGE", "Liège", "Luik", "Lüttich", "Luik (Liège, Lüttich)"),
    _ANTWERP: ("Antwerpen", "anvers", "安特卫普"),
    _REGION: ("Région de Bruxelles-Capitale", "Brussels Region"),
    "6000 6001 6010 6020 6030 6031 6032 6040 6041 6042 6043 6044 6060 6061": (
        "Charleroi, Hainaut",
    ),
}

# The postcodes of municipalities whose people may need different answers, or of whose name there
# are other places; with these places.
_GENT = "9000 9030 9031 9032 9040 9041 9042 9050 9051 9052"
_NAMUR = "5000 5001 5002 5003 5004 5020 5021 5022 5024 5100 5101"
_MONS = "7000 7010 7011 7012 7020 7021 7022 7024 7030 7031 7032 7033 7034"
_MUNICIPALITIES: Mapping[tuple[str, tuple[str, ...]], Sequence[str]] = {
    (_GENT, ()): (
        *("Gent", "gand ", "Ghent", "Gandawa", "Gent (Gand)", "Gent - België"),
        *("Kerkstraat, Gent", "Veldstraat 1a, 9de verdieping, Gent"),
    ),
    (_NAMUR, ()): ("Namur", "Namen"),
    (
        _MONS,
        (
            "4400 Mons-Lez-Liège (Flémalle)",
            *("7300 Boussu-lez-Mons (Boussu)", "7301 Boussu-lez-Mons (Boussu)"),
        ),
    ): ("Mons",),
    (_MONS, ()): ("Bergen",),
    (
        "2800 2801 2811 2812",
        ("3630 Mechelen-Aan-De-Maas (Maasmechelen)", "3870 Mechelen-Bovelingen (Heers)"),
    ): ("Mechelen",),
    (
        "9300 9308 9310 9320",
        ("3800 Aalst (Sint-Truiden)", "3891 Mielen-Boven-Aalst (Gingelom)"),
    ): ("Aalst", "Stationsstraat 3, Aalst"),
    ("9300 9308 9310 9320", ()): ("Alost",),
    # Molenbeek-Wersbeek has the same closest centre.
    ("1080", ()): ("Molenbeek",),
    (
        "1300 1301",
        (
            "2860 Wavre-Sainte-Catherine (Sint-Katelijne-Waver)",
            "2861 Wavre-Notre-Dame (Sint-Katelijne-Waver)",
        ),
    ): ("Wavre",),
    ("1830 1831 1931", ("9870 Machelen (Zulte)",)): ("Machelen",),
    ("6840", ("4608 Neufchâteau (Dalhem)",)): ("Neufchâteau",),
    ("1500 1501 1502", ("2980 Halle (Zoersel)", "3440 Halle-Booienhoven (Zoutleeuw)")): ("Halle",),
    ("2275", ("3910 Sint-Huibrechts-Lille (Pelt)",)): ("Lille, Belgique",),
}

_HAINAUT = ("6000 Charleroi", "7000 Mons", "7100 La Louvière", "7500 Tournai", "7700 Mouscron")
_LUXEMBOURG = ("6700 Arlon", "6900 Marche-en-Famenne", "6790 Aubange")
# By what is offered first: names of several places, of which none is a municipality's own.
_AMBIGUOUS: Mapping[tuple[str, ...], Sequence[str]] = {
    ("1080 Sint-Jans-Molenbeek", "9100 Sint-Niklaas", "1200 Sint-Lambrechts-Woluwe"): (
        *("Saint", "sint"),
    ),
    ("1130 Haren (Brussel)", "3700 Haren (Tongeren-Borgloon)"): ("Haren",),
    ("1200 Sint-Lambrechts-Woluwe", "1150 Sint-Pieters-Woluwe"): ("Woluwe",),
    ("1495 Villers-la-Ville", "4530 Villers-Le-Bouillet", "6210 Les Bons Villers"): ("Villers",),
    ("1600 Sint-Pieters-Leeuw", "1150 Sint-Pieters-Woluwe"): ("St-Pieters",),
    ("2100 Deurne (Antwerpen)", "3290 Deurne (Diest)"): ("Deurne", "Kerkstraat 5, Deurne"),
    ("2220 Heist-op-den-Berg", "8300 Knokke-Heist"): ("Heist",),
    # The one in France is much larger.
    ("2275 Lille", "3910 Sint-Huibrechts-Lille (Pelt)"): ("Lille",),
    # The French spelling of Tournai, and a village.
    ("7500 Tournai", "7501 Orcq (Tournai)", "7502 Esplechin (Tournai)"): ("Tournay",),
    # The municipality is called after the largest one.
    (
        "9120 Beveren-Waas (Beveren-Kruibeke-Zwijndrecht)",
        "8800 Beveren (Roeselare)",
        "8791 Beveren (Waregem)",
    ): ("Beveren",),
    ("9180 Moerbeke-Waas (Lokeren)", "9500 Moerbeke (Geraardsbergen)"): ("Moerbeke",),
    # A town of its own, and the French name of another.
    ("9100 Sint-Niklaas", "4420 Saint-Nicolas"): ("Saint-Nicolas",),
    # A province offers its most populous towns, after those elsewhere that have its name.
    ("3500 Hasselt", "3600 Genk"): ("Provincie Limburg",),
    ("4830 Limbourg", "4831 Bilstain (Limbourg)", "4834 Goé (Limbourg)", "3500 Hasselt"): (
        *("Limburg", "Limbourg"),
    ),
    _HAINAUT: ("Hainaut", "Henegouwen", "Hainaut (Henegouwen)", "Hainaut, Belgique"),
    _LUXEMBOURG: ("Luxembourg", "Luxembourg, Belgique"),
    ("8000 Brugge", "8500 Kortrijk"): ("West Flanders",),
}
_MALFORMED: Mapping[tuple[str, ...], Sequence[str]] = {
    (): (
        *(
            "",
            " ",
            "\u200b",
            "-",
            "(/)",
            "59000 Belgique",
            "0999",
            "12345678",
            "OOOO",
            "L-1111 Belgique",
            "1" * 81,
            "Q" * 10_000,
        ),
        *("hello", "Nowhereville", "Xyzzy", "Gent" * 30, "\0", "<script>alert(1)</script>"),
        # Neither name is that of the other's place.
        *("Zottegem, Gent", "Hainaut/Lille", "België"),
        # Without the country these are places elsewhere.
        *("L-1111 Belgique", "59000 Belgique"),
    ),
    # A slip of the finger, a house number and the postcode of an address are offered only.
    ("1000 Brussel",): (
        *(
            "10000",
            "100",
            "10 00",
            "1 000",
            "1000A",
            "-1000",
            "1000 ²",
            "B1000Brussel",
            "1\x000\x0000",
        ),
        *("1000 Brussel 5", "Kerkstraat 1000 bus", "Wetstraat 16, 1000 Brussel"),
    ),
    ("1160 Oudergem",): ("Waversesteenweg 9999, 1160",),
    ("1160 Oudergem", "1500 Halle"): ("1160 Oudergem, Waversesteenweg 1500",),
    ("1500 Halle", "1160 Oudergem"): ("Rue 1500, 1160 Bruxelles",),
    ("4000 Liège",): ("40000", "Rue Rouveroy 2 B-4000 Liège"),
    ("9000 Gent",): ("Kerkstraat 16, 9000 Gent, Belgique",),
    # Either the postcode or the name of another town may be wrong.
    ("1000 Brussel", "9160 Lokeren", "9180 Lokeren"): ("1OOO Lokeren",),
    ("1000 Brussel", "9000 Gent", "9030 Gent"): ("1000 Gand",),
    ("2000 Antwerpen", "9000 Gent", "9030 Gent", "9031 Gent", "9032 Gent"): (
        *("2000 Gent", "2000 Gent, België"),
    ),
    ("2630 Aartselaar", "2030 Antwerpen"): ("2630 Antwerpen",),
    ("4500 Huy", "4000 Liège", "4020 Liège"): ("4500 Liège",),
    ("6220 Fleurus", "6221 Saint-Amand (Fleurus)"): ("0222 Fleurus",),
    ("9000 Gent", "4000 Liège", "4020 Liège", "4030 Liège", "4031 Liège"): ("B-9000 Liège",),
    ("9000 Gent", "4830 Limbourg", "4831 Limbourg", "4834 Limbourg"): ("9000 Limburg",),
    # Beginnings: the most populous town comes first.
    ("1000 Brussel", "8000 Brugge", "7940 Brugelette"): ("Bru",),
    ("1210 Sint-Joost-ten-Node",): ("Saint-Josse",),
    ("9000 Gent", "9030 Mariakerke (Gent)", "9031 Drongen (Gent)"): ("Gnet",),
    # Slips in a name.
    ("2000 Antwerpen", "2018 Antwerpen"): ("Antwrpn", "Antwrpen"),
    ("2170 Merksem (Antwerpen)", "8650 Merkem (Houthulst)"): ("merksm",),
    ("3000 Leuven", "3001 Heverlee (Leuven)"): ("Lovuain",),
    ("3461 Molenbeek-Wersbeek (Bekkevoort)",): ("Molenbeek (Molenbeek)",),
    ("3640 Molenbeersel (Kinrooi)",): ("Molenbeek/Brussel",),
    # The beginning of Mouscron, and Mons with a slip.
    (
        "7700 Mouscron",
        "5190 Moustier-Sur-Sambre (Jemeppe-sur-Sambre)",
        "7911 Moustier (Frasnes-lez-Anvaing)",
        "7000 Mons",
    ): ("Mous",),
    ("9050 Gentbrugge (Gent)",): ("Gentbrug", "Gent, Brugge"),
}
_UNKNOWN: Mapping[str, tuple[str, ...]] = {
    "9999": ("9990 Maldegem", "9991 Maldegem", "9992 Maldegem"),
    "B-9999": ("9990 Maldegem", "9991 Maldegem", "9992 Maldegem"),
    "9999 Nowhere": ("9990 Maldegem", "9991 Maldegem", "9992 Maldegem"),
    "9999 Belgium": ("9990 Maldegem", "9991 Maldegem", "9992 Maldegem"),
    "1999": ("9991 Maldegem",),
    # Of the town's codes, those that differ by one slip come first.
    "9001 Gent": ("9000 Gent", "9031 Gent", "9041 Gent", "9051 Gent", "9030 Gent"),
    "9014 gent": ("9041 Gent", "9000 Gent"),
    "1999 Deurne": ("2100 Deurne (Antwerpen)", "3290 Deurne (Diest)"),
    # Without the country it is in the Netherlands.
    "6227 Maastricht, België": ("6220 Fleurus", "6221 Fleurus"),
}
_FOREIGN: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("1012 AB", "1012OO", "1012 OO", "NL-1012AB", "1012 AB België"), ("NL",)),
    **dict.fromkeys(("59000", "75001", "10115"), ("FR", "DE")),
    "D-10115": ("DE",),
    "SW1A 1AA": ("GB",),
    "D02 X285": ("IE",),
    "K1A 0B1": ("CA",),
}
# Codes of a bank or a broadcaster, where no one lives.
_INSTITUTIONS = ("1005", "0612", "1012 Bank")

CASES: tuple[Case, ...] = (
    *(Case(text, tuple(codes.split())) for codes, texts in _ANSWERED.items() for text in texts),
    *(
        Case(text, tuple(codes.split()), others)
        for (codes, others), texts in _MUNICIPALITIES.items()
        for text in texts
    ),
    *(
        Case(text, problem=problem, offered=offered)
        for problem, refused in (
            ("place-ambiguous", _AMBIGUOUS),
            ("postcode-malformed", _MALFORMED),
        )
        for offered, texts in refused.items()
        for text in texts
    ),
    *(
        Case(text, problem="postcode-unknown", offered=offered)
        for text, offered in _UNKNOWN.items()
    ),
    *(
        Case(text, problem="postcode-foreign", countries=countries)
        for text, countries in _FOREIGN.items()
    ),
    *(Case(text, problem="postcode-not-residential") for text in _INSTITUTIONS),
)


def name_of(case: Case) -> str:
    """Return a name for the test of a case."""
    return ascii(case.text)[1:40]
