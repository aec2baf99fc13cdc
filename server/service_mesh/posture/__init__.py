"""What the objects amount to at run time: enrolment, where policies attach, effective mTLS; each with its chain."""
