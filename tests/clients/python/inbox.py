"""The events that have arrived, each once."""

import json
import os
import signal
import time


class Inbox:
    """A file in place of the database in which a program keeps what it makes of the events."""

    def __init__(self, path, dies_after):
        self.seen = set()
        self.completed = 0
        if os.path.exists(path):
            with open(path) as file:
                for line in file:
                    self.note(json.loads(line).get("event"))
        self.dies_after = dies_after
        self.file = open(path, "a")
        self.write({"start": os.getpid()})

    def keep(self, events):
        """When it returns they are on the disk, and may be acknowledged."""
        for event in events:
            is_new = self.note(event)
            self.write({"event": event} if is_new else {"again": event["id"]})
        self.file.flush()
        os.fsync(self.file.fileno())
        # The worst moment: all are kept, and none is acknowledged.
        if self.dies_after and len(self.seen) >= self.dies_after:
            os.kill(os.getpid(), signal.SIGKILL)

    def note(self, event):
        """Whether it is a new one. Its id is unique within its source."""
        if event is None or (event["source"], event["id"]) in self.seen:
            return False
        self.seen.add((event["source"], event["id"]))
        self.completed += event["type"] == "order.completed"
        self.newest = time.monotonic()
        return True

    def has_all(self, orders):
        """So many orders are completed, and nothing has come for two seconds."""
        return self.completed >= orders and time.monotonic() - self.newest > 2

    def write(self, entry):
        self.file.write(json.dumps(entry) + "\n")
