EXAMPLES["trained_regularised"] = []

HINTS["trained_regularised"] = ("", "", "")
