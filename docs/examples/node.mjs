// Writes a record and reads it back, as the user whose Secret is mounted at a folder:
//   node node.mjs <folder> <topic> <group>
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  Consumer,
  MessagesStreamModes,
  ProduceAcks,
  Producer,
  stringDeserializers,
  stringSerializers,
} from "@platformatic/kafka";

const [folder, topic, groupId] = process.argv.slice(2);
const file = (name) => readFileSync(join(folder, name), "utf8");

const connection = {
  clientId: "node-example",
  bootstrapBrokers: file("bootstrap.servers").split(","),
  sasl: { mechanism: "SCRAM-SHA-512", username: file("username"), password: file("password") },
  // tlsServerName has the broker's name checked against its certificate.
  ...(existsSync(join(folder, "ca.crt")) ? { tls: { ca: file("ca.crt") }, tlsServerName: true } : {}),
};

const producer = new Producer({
  ...connection,
  acks: ProduceAcks.ALL,
  idempotent: true,
  serializers: stringSerializers,
});
const value = `from Node at ${new Date().toISOString()}`;
const { offsets } = await producer.send({ messages: [{ topic, key: "node-example", value }] });
await producer.close();

const [{ partition, offset }] = offsets;
const consumer = new Consumer({ ...connection, groupId, deserializers: stringDeserializers });
const stream = await consumer.consume({
  topics: [topic],
  mode: MessagesStreamModes.MANUAL,
  offsets: [{ topic, partition, offset }],
});
for await (const record of stream) {
  if (record.value !== value) continue;
  console.log(`read back from ${topic}, partition ${partition}, offset ${offset}: ${record.value}`);
  break;
}
await consumer.close(true);
