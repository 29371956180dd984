"""Mails as programs write them, of people who do not exist."""

from email.message import EmailMessage

ANA = "Ana Ruiz <ana@fairweather.example>"
JANE = "Jane Doe <jane@acme.example>"
TEND = "tend+0123456789@tend.example"


def mail(text: str = "Hello", *, sender: str = ANA, to: str = JANE, **headers: str) -> EmailMessage:
    """A plain mail of Monday 23 November 2026."""
    made = EmailMessage()
    made["From"], made["To"] = sender, to
    made["Subject"], made["Date"] = "Pricing", "Mon, 23 Nov 2026 10:05:00 +0100"
    made["Message-ID"] = "<one@mail.example>"
    for name, value in headers.items():
        del made[name.replace("_", "-")]
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made


GMAIL = """\
Have a look.

---------- Forwarded message ---------
From: Jane Doe <jane@acme.example>
Date: Fri, Nov 20, 2026 at 4:15 PM
Subject: The pilot
To: Ana Ruiz <ana@fairweather.example>
Cc: Carl <carl@acme.example>

Dear Ana,
From: nobody, really
"""
OUTLOOK = """\
FYI

________________________________
From: Doe, Jane <jane@acme.example>
Sent: Friday, November 20, 2026 4:15 PM
To: Ruiz, Ana <ana@fairweather.example>
Subject: The pilot

Dear Ana
"""
OUTLOOK_GERMAN = """\
Von: Jane Doe <jane@acme.example>
Gesendet: Freitag, 20. November 2026 16:15
An: Ana Ruiz <ana@fairweather.example>
Betreff: Der Pilot

Hallo
"""
APPLE = """\
> Begin forwarded message:
>
> From: Jane Doe <jane@acme.example>
> Subject: The pilot
> Date: 20 November 2026 at 16:15:00 GMT+1
> To: Ana Ruiz <ana@fairweather.example>
>
> Dear Ana
"""
OUTLOOK_HTML = """\
<html><head><style>p {color: red}</style></head><body><p>FYI</p><hr>
<div><b>From:</b> Jane Doe &lt;jane@acme.example&gt;<br><b>Sent:</b> Friday, November 20, 2026 4:15 PM<br>
<b>To:</b> Ana Ruiz &lt;ana@fairweather.example&gt;<br><b>Subject:</b> The pilot<br></div></body></html>
"""
REPORT = b"""\
From: MAILER-DAEMON@mail.example
To: ana@fairweather.example
Message-ID: <report@mail.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

It could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example

Final-Recipient: rfc822; jane@acme.example
Action: failed
Status: 5.1.1

Final-Recipient: rfc822; carl@acme.example
Action: delayed
Status: 4.4.1
--b--
"""
