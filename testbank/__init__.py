"""A bank's payment page for the demonstration and the tests: no card, no money, nothing kept after it stops.

It speaks the vads form protocol (Systempay, PayZen, Scellius, Sogecommerce) and PayFiP (`payfip/`) from the bank's
side, with signing and SOAP code of its own: a mistake shared with the portal would not be seen. It imports no other app
of the project.
"""
