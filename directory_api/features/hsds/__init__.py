"""The directory as Open Referral HSDS 3.0, at /hsds."""
