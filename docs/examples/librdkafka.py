"""Writes a record and reads it back, as the user whose Secret is mounted at a folder:

    python3 librdkafka.py <folder> <topic> <group>

By librdkafka, whose settings are the same in Python, Go, .NET, Rust, PHP and C.
"""

import sys
from datetime import datetime, timezone
from pathlib import Path

from confluent_kafka import Consumer, Producer, TopicPartition

folder, topic, group = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
connection = {
    "bootstrap.servers": (folder / "bootstrap.servers").read_text(),
    "security.protocol": "SASL_PLAINTEXT",
    "sasl.mechanism": "SCRAM-SHA-512",
    "sasl.username": (folder / "username").read_text(),
    "sasl.password": (folder / "password").read_text(),
}
if (folder / "ca.crt").exists():
    connection |= {
        "security.protocol": "SASL_SSL",
        "ssl.ca.location": str(folder / "ca.crt"),
        # Before 2.0 librdkafka does not check the broker's name unless it is told to.
        "ssl.endpoint.identification.algorithm": "https",
    }

written = []


def delivered(error, record):
    if error:
        raise SystemExit(f"not written: {error}")
    written.append(record)


value = f"from librdkafka at {datetime.now(timezone.utc).isoformat()}"
producer = Producer(connection | {"acks": "all", "enable.idempotence": True})
producer.produce(topic, key="librdkafka-example", value=value, on_delivery=delivered)
if producer.flush(30) > 0:
    raise SystemExit("not written within 30 s")

place = TopicPartition(topic, written[0].partition(), written[0].offset())
consumer = Consumer(connection | {"group.id": group, "enable.auto.commit": False})
consumer.assign([place])
record = consumer.poll(30)
if record is None or record.error() or record.value().decode() != value:
    raise SystemExit(f"not read back: {record and (record.error() or record.value())}")
print(f"read back from {topic}, partition {place.partition}, offset {place.offset}: {value}")
consumer.close()
