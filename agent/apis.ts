/** Requests that the client library does not have, in its own form. */
import { createAPI, type Reader, ResponseError, Writer } from "@platformatic/kafka";

const ELECT_LEADERS = 43;
const DESCRIBE_CLUSTER = 60;
/** Leaders go back to the first replica of each partition; never to one that is out of sync. */
const PREFERRED = 0;
const BROKERS = 1;

export interface ElectLeadersTopic {
  readonly name: string;
  readonly partitions: readonly number[];
}
export interface ElectLeadersResponse {
  readonly errorCode: number;
  readonly topics: readonly {
    readonly name: string;
    readonly partitions: readonly {
      readonly partitionIndex: number;
      readonly errorCode: number;
      readonly errorMessage: string | null;
    }[];
  }[];
}
/** Every registered broker, those included that are down (KIP-1073). */
export interface DescribeClusterResponse {
  readonly errorCode: number;
  readonly errorMessage: string | null;
  readonly brokers: readonly { readonly brokerId: number; readonly isFenced: boolean }[];
}

/** Election of preferred leaders (KIP-460), from Kafka 2.4. */
const electLeaders = createAPI<[topics: readonly ElectLeadersTopic[], timeoutMs: number], ElectLeadersResponse>(
  ELECT_LEADERS,
  2,
  (topics: readonly ElectLeadersTopic[], timeoutMs: number) =>
    Writer.create()
      .appendInt8(PREFERRED)
      .appendArray([...topics], (writer, { name, partitions }) => {
        writer.appendString(name).appendArray([...partitions], (inner, index) => inner.appendInt32(index), true, false);
      })
      .appendInt32(timeoutMs)
      .appendTaggedFields(),
  (_correlation, apiKey, apiVersion, reader) => {
    reader.readInt32();
    const errorCode = reader.readInt16();
    const topics = reader.readArray((topic) => ({
      name: topic.readString(),
      partitions: topic.readArray((partition) => ({
        partitionIndex: partition.readInt32(),
        errorCode: partition.readInt16(),
        errorMessage: partition.readNullableString(),
      })),
    }));
    reader.readTaggedFields();
    return answered(apiKey, apiVersion, errorCode, null, { errorCode, topics });
  },
);

/** Brokers with those that are fenced, from Kafka 4.0. */
const describeCluster = createAPI<[], DescribeClusterResponse>(
  DESCRIBE_CLUSTER,
  2,
  () => Writer.create().appendBoolean(false).appendInt8(BROKERS).appendBoolean(true).appendTaggedFields(),
  (_correlation, apiKey, apiVersion, reader: Reader) => {
    reader.readInt32();
    const errorCode = reader.readInt16();
    const errorMessage = reader.readNullableString();
    reader.readInt8();
    reader.readString();
    reader.readInt32();
    const brokers = reader.readArray((broker) => {
      const brokerId = broker.readInt32();
      broker.readString();
      broker.readInt32();
      broker.readNullableString();
      return { brokerId, isFenced: broker.readBoolean() };
    });
    reader.readInt32();
    reader.readTaggedFields();
    return answered(apiKey, apiVersion, errorCode, errorMessage, { errorCode, errorMessage, brokers });
  },
);

export const OWN_APIS = { ElectLeaders: electLeaders, DescribeCluster: describeCluster } as const;

function answered<T>(key: number, version: number, code: number, message: string | null, response: T): T {
  if (code !== 0) throw new ResponseError(key, version, { "/": [code, message] }, response);
  return response;
}
