"""A mail server that keeps what it gets, so that no demo or test mails anybody."""

import email
import email.policy
import socketserver
import threading
from email.message import EmailMessage


class MailSink:
    """An SMTP server on a free port of the loopback; `mails` is what came in."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.sink = self
        self.port: int = self._server.server_address[1]

    def __enter__(self) -> "MailSink":
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    sink: MailSink


class _Handler(socketserver.StreamRequestHandler):
    """One SMTP dialogue (RFC 5321), as far as a client of the loopback needs it."""

    def handle(self) -> None:
        self._answer("220 mail sink")
        for line in iter(self.rfile.readline, b""):
            verb = line.strip().upper()[:4]
            if verb == b"QUIT":
                self._answer("221 bye")
                return
            if verb == b"DATA":
                self._answer("354 go on")
                self._store()
            self._answer("250 ok")

    def _store(self) -> None:
        lines: list[bytes] = []
        for line in iter(self.rfile.readline, b".\r\n"):
            lines.append(line[1:] if line.startswith(b".") else line)
        message = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
        server = self.server
        if isinstance(server, _Server) and isinstance(message, EmailMessage):
            server.sink.mails.append(message)

    def _answer(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())
