"""The call round: the questions to ask a centre on the phone, and what it said."""
