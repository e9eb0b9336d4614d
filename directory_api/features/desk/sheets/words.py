"""The sentences of the sheet of help."""

from directory_api.text.message import Message

INTRODUCTION = (
    Message(
        "Each row of the other sheets is a record. Change the cells, save the file as .xlsx, and "
        "import it: you will see every change before it is made."
    ),
    Message(
        "The grey cells cannot be changed. A column that the file does not have stays as it is "
        "stored. To empty a field, empty its cell."
    ),
    Message(
        "If a row is missing, its record is removed. A centre that has closed keeps its row and "
        "gets the status “closed”."
    ),
    Message(
        "The file has addresses that visitors do not see. Keep it where only maintainers can read "
        "it."
    ),
)
HEADINGS = (
    Message("Sheet"),
    Message("Column"),
    Message("What it is"),
    Message("Example"),
    Message("Words that are allowed"),
)
