"""Reads a mail from standard input with Python's own parser and prints what a mail program would show, as JSON."""

import email
import email.policy
import json
import sys

message = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
parts = [part for part in message.walk() if not part.is_multipart()]
print(json.dumps({
    "headers": [name for name in message.keys()],
    "from": [[a.display_name, a.addr_spec] for a in message["From"].addresses],
    "to": [[a.display_name, a.addr_spec] for a in message["To"].addresses],
    "subject": str(message["Subject"]),
    "date": message["Date"].datetime.isoformat(),
    "type": message.get_content_type(),
    "parts": [[part.get_content_type(), part.get_content()] for part in parts],
    "defects": [str(d) for d in message.defects] + [str(d) for part in parts for d in part.defects],
}))
