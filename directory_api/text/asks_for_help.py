"""What people type who need a number to call and not a place."""

from directory_api.text.normalize import fold

# Help and police, in the languages of the interface.
_HELP = """
help sos police hulp politie aide secours hilfe polizei እርዳታ ፖሊስ مساعدة النجدة الشرطة помощ полиция
ayuda socorro policía کمک پلیس मदद पुलिस segítség rendőrség aiuto polizia pomoc policja مرسته پولیس
ajuda polícia ajutor poliția помощь caawimaad booliska ndihmë policia pomoć policija ช่วยด้วย ตำรวจ
ሓገዝ yardım polis imdat допомога поліція مدد 救命 警察 帮助
"""
# Folded.
WORDS = frozenset(map(fold, (*_HELP.split(), "cảnh sát", "au secours")))
