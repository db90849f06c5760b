"""report.py BROKER ORDERS CLIENT=INBOX...: whether each client has had all events, in order.

For each client it prints one line, and writes what became of each order into INBOX.report, by
sequence. Clients that followed the same shop must have had the same events.
"""

import collections
import json
import sys

# A meal that is paid and delivered, by who tells of it. It may have an order.updated between.
WANTED = {
    "/oms/orders": [
        "order.created",
        "order.waiting_payment",
        "order.paid",
        "order.preparing",
        "order.ready",
        "order.delivering",
        "order.completed",
    ],
    "/oms/payments": ["payment.completed"],
    "/oms/stock": ["inventory.updated", "inventory.updated"],
}
TIMES = {0: "not restarted", 1: "restarted once"}


class Report:
    def __init__(self, inbox, orders):
        with open(inbox) as file:
            entries = [json.loads(line) for line in file]
        self.starts = sum("start" in each for each in entries)
        self.again = sum("again" in each for each in entries)
        self.events = [each["event"] for each in entries if "event" in each]
        self.ids = {(each["source"], each["id"]) for each in self.events}
        self.arrived = collections.defaultdict(list)
        for event in self.events:
            self.arrived[event["source"], event["subject"]].append(event)
        self.missing = self.out_of_order = 0
        self.lines = [self.tell(order) for order in orders]
        for events in self.arrived.values():
            numbers = [each["sequence"] for each in events]
            self.out_of_order += sum(a >= b for a, b in zip(numbers, numbers[1:]))

    def tell(self, order):
        words = [order]
        for source, wanted in WANTED.items():
            events = sorted(self.arrived[source, order], key=lambda each: each["sequence"])
            types = [each["type"] for each in events]
            left = [each for each in types if each != "order.updated"]
            missing = collections.Counter(wanted) - collections.Counter(left)
            self.missing += missing.total()
            self.out_of_order += left != wanted and not missing
            words += [f"{source}:", *types]
        return " ".join(words)


def main():
    broker, orders_file, *inboxes = sys.argv[1:]
    with open(orders_file) as file:
        orders = file.read().split()
    reports = {}
    for client, inbox in (each.split("=", 1) for each in inboxes):
        report = reports[client] = Report(inbox, orders)
        with open(f"{inbox}.report", "w") as file:
            file.write("\n".join(report.lines) + "\n")
        restarts = report.starts - 1
        print(
            f"{client} on {broker}: {len(orders)} orders, {len(report.ids)} events, "
            f"{report.missing} missing, {report.out_of_order} out of order, "
            f"{report.again} again, {TIMES.get(restarts, f'restarted {restarts} times')}"
        )
    is_wrong = False
    first, *others = reports
    for client in others:
        for _, name in sorted(reports[first].ids ^ reports[client].ids):
            print(f"{name} came to one of {first} and {client} only")
            is_wrong = True
    for report in reports.values():
        is_wrong |= report.missing + report.out_of_order > 0 or not orders
        # Each was killed between keeping events and acknowledging them.
        is_wrong |= report.starts != 2 or report.again == 0
    sys.exit(is_wrong)


main()
