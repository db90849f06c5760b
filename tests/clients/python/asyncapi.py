"""What api/asyncapi.yaml says of the events: where they are, and how each of them looks."""

import pathlib

import jsonschema
import yaml

path = pathlib.Path(__file__).parents[3] / "api" / "asyncapi.yaml"


class AsyncApi:
    def __init__(self, prefix):
        """Names begin with the prefix of the broker's URL, which is `oms` in the description."""
        document = yaml.safe_load(path.read_text())
        channels = document["channels"].values()
        self.topics = [prefix + each["address"].removeprefix("oms") for each in channels]
        self.exchange = dict(next(iter(channels))["bindings"]["amqp"]["exchange"])
        self.exchange["name"] = prefix + self.exchange["name"].removeprefix("oms")
        components = document["components"]
        self.schemas = {
            message["name"]: jsonschema.Draft202012Validator(
                {"$ref": f"#/components/messages/{key}/payload", "components": components}
            )
            for key, message in components["messages"].items()
        }

    def check(self, event):
        """Raises what is wrong with the event."""
        self.schemas[event["type"]].validate(event)
