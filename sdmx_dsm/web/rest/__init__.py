"""The SDMX REST API, versions 2.2 (`v2`) and 1.5 (`v1`), over one engine.

targets       the request target, split before it is decoded
v2, v1        targets → queries
negotiation   Accept and its overrides → a format and its options
answers       queries → responses"""
