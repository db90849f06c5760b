"""Follows the events, from RabbitMQ or from Kafka, until so many orders are completed.

What has arrived is on the disk before it is acknowledged, so whenever this is killed, nothing is
lost. What was kept and not yet acknowledged comes again, and is known by its id.
"""

import argparse
import json

import confluent_kafka
import pika

from asyncapi import AsyncApi
from inbox import Inbox


def follow_rabbitmq(url, api, name, inbox, orders):
    connection = pika.BlockingConnection(pika.URLParameters(url))
    channel = connection.channel()
    exchange = api.exchange["name"]
    channel.exchange_declare(
        exchange,
        api.exchange["type"],
        durable=api.exchange["durable"],
        auto_delete=api.exchange["autoDelete"],
    )
    channel.queue_declare(name, durable=True)  # it goes on collecting while nobody reads it
    channel.queue_bind(name, exchange, routing_key="#")
    channel.basic_qos(prefetch_count=50)
    print("follows", exchange, flush=True)
    for method, _, body in channel.consume(name, inactivity_timeout=0.2):
        if method is not None:
            event = json.loads(body)
            api.check(event)
            inbox.keep([event])
            channel.basic_ack(method.delivery_tag)
        elif inbox.has_all(orders):
            break
    connection.close()


def follow_kafka(url, api, name, inbox, orders):
    consumer = confluent_kafka.Consumer(
        {
            "bootstrap.servers": url.removeprefix("kafka://"),
            "group.id": name,
            "group.instance.id": name,  # when it comes back, it need not wait to be given up
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
        }
    )
    consumer.subscribe(api.topics)
    print("follows", *api.topics, flush=True)
    while not inbox.has_all(orders):
        batch = consumer.consume(num_messages=50, timeout=0.2)
        for message in batch:
            if message.error():
                raise confluent_kafka.KafkaException(message.error())
        events = [json.loads(message.value()) for message in batch]
        for event in events:
            api.check(event)
        if events:
            inbox.keep(events)
            consumer.commit(asynchronous=False)
    consumer.close()


def main():
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("url", help="amqp://… or kafka://…")
    words.add_argument("inbox", help="the file in which the events are kept")
    words.add_argument("--name", required=True, help="of the queue, or of the consumer group")
    words.add_argument("--orders", type=int, required=True, help="how many there will be")
    words.add_argument("--prefix", default="oms", help="that of the broker's URL")
    words.add_argument("--die-after", type=int, help="kill -9 after so many events, to test it")
    options = words.parse_args()
    follow = follow_kafka if options.url.startswith("kafka:") else follow_rabbitmq
    inbox = Inbox(options.inbox, options.die_after)
    follow(options.url, AsyncApi(options.prefix), options.name, inbox, options.orders)


main()
