"""Prints libphonenumber's example numbers as they are written: country, E.164, spelling."""

import phonenumbers as numbers

KINDS = [
    numbers.PhoneNumberType.FIXED_LINE,
    numbers.PhoneNumberType.MOBILE,
    numbers.PhoneNumberType.TOLL_FREE,
    numbers.PhoneNumberType.VOIP,
]
FORMATS = [
    numbers.PhoneNumberFormat.NATIONAL,
    numbers.PhoneNumberFormat.INTERNATIONAL,
    numbers.PhoneNumberFormat.E164,
    numbers.PhoneNumberFormat.RFC3966,
]

for region in sorted(numbers.SUPPORTED_REGIONS):
    for kind in KINDS:
        number = numbers.example_number_for_type(region, kind)
        if number is None:
            continue
        e164 = numbers.format_number(number, numbers.PhoneNumberFormat.E164)
        spelt = [numbers.format_number(number, style) for style in FORMATS]
        if kind in KINDS[:2]:
            spelt.append(e164.removeprefix(f"+{number.country_code}"))
        for text in dict.fromkeys(spelt):
            print(region, e164, text, sep="\t")
    # From here to somebody abroad.
    abroad = "GB" if numbers.country_code_for_region(region) != 44 else "US"
    number = numbers.example_number_for_type(abroad, numbers.PhoneNumberType.FIXED_LINE)
    dialled = numbers.format_out_of_country_calling_number(number, region)
    print(region, numbers.format_number(number, numbers.PhoneNumberFormat.E164), dialled, sep="\t")
