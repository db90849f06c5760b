"""place.py ORDERS_ADDRESS COUNT: places orders by gRPC, pays them, prints their ids.

Our description of the interface is api/proto alone: grpcio-tools reads it as it stands.
"""

import json
import pathlib
import sys
import time
import urllib.request
import uuid

import grpc

sys.path.append(str(pathlib.Path(__file__).parents[3] / "api" / "proto"))
common = grpc.protos("oms/v1/common.proto")
messages, services = grpc.protos_and_services("oms/v1/orders.proto")


def place(orders):
    request = messages.PlaceOrderRequest(
        customer_id="python",
        saga="food",
        face=common.FACE_CUSTOMERS,
        method=common.PAYMENT_METHOD_LINK,
        lines=[messages.RequestedLine(product_id="1", quantity=1)],
        address=common.Address(lines=["12 High Street"], city="London"),
    )
    key = [("idempotency-key", str(uuid.uuid4()))]
    order = orders.PlaceOrder(request, metadata=key, timeout=10)
    # A caller who has lost the answer asks again with the same key: it is the same order.
    again = orders.PlaceOrder(request, metadata=key, timeout=10)
    if again.id != order.id:
        sys.exit(f"{order.id} was placed again, as {again.id}")
    return order


def await_link(orders, order):
    end = time.monotonic() + 30
    while not order.payment_link:
        if time.monotonic() > end:
            sys.exit(f"{order.id} has no link to pay by after 30 s")
        time.sleep(0.05)
        order = orders.GetOrder(common.GetRequest(id=order.id), timeout=10).record
    return order.payment_link


def pay(link):
    """As the page behind the link does."""
    body = json.dumps({"card": "4242424242424242"}).encode()
    headers = {"Content-Type": "application/json"}
    urllib.request.urlopen(urllib.request.Request(f"{link}/pay", body, headers), timeout=10).close()


def main():
    address, count = sys.argv[1], int(sys.argv[2])
    with grpc.insecure_channel(address) as channel:
        orders = services.OrdersStub(channel)
        for _ in range(count):
            order = place(orders)
            pay(await_link(orders, order))
            print(order.id, flush=True)


main()
