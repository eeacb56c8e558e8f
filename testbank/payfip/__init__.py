"""PayFiP from the bank's side: three SOAP calls, a page, and a notification that says only which payment to ask about.

Names and shapes follow the public WSDL of « PaiementSecuriseService ». It is written with the standard library alone.
"""
