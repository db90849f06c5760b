"""clean.py PREFIX URL [CONSOLE]: removes what a shop and its followers have left on a broker.

URL is amqp://… or kafka://…, CONSOLE the address of RabbitMQ's own page.
"""

import json
import sys
import urllib.parse
import urllib.request

import pika
from confluent_kafka.admin import AdminClient

prefix, url, *console = sys.argv[1:]


def is_ours(name):
    return name == prefix or name.startswith((f"{prefix}.", f"{prefix}-"))


def clean_rabbitmq():
    user = urllib.parse.urlsplit(url)
    passwords = urllib.request.HTTPPasswordMgrWithPriorAuth()
    passwords.add_password(None, console[0], user.username, user.password, is_authenticated=True)
    browser = urllib.request.build_opener(urllib.request.HTTPBasicAuthHandler(passwords))
    channel = pika.BlockingConnection(pika.URLParameters(url)).channel()
    for kind, remove in ("queues", channel.queue_delete), ("exchanges", channel.exchange_delete):
        with browser.open(f"{console[0]}/api/{kind}/%2f?columns=name", timeout=10) as answer:
            for name in filter(is_ours, (each["name"] for each in json.load(answer))):
                remove(name)


def clean_kafka():
    """A consumer group without its topics is forgotten by itself."""
    admin = AdminClient({"bootstrap.servers": url.removeprefix("kafka://"), "log_level": 3})
    topics = list(filter(is_ours, admin.list_topics(timeout=10).topics))
    for each in (admin.delete_topics(topics) if topics else {}).values():
        each.result()


clean_rabbitmq() if console else clean_kafka()
