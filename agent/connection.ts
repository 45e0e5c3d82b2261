/**
 * Requests to a cluster, typed by API name. A level below the library's Admin class: per-item errors of an answer are kept
 * beside what succeeded, and one request carries hundreds of topics with configs of their own.
 */
import {
  type API,
  type alterClientQuotasV1,
  type alterPartitionReassignmentsV1,
  type alterUserScramCredentialsV0,
  type apiVersionsV4,
  Base,
  type Connection,
  type createAclsV3,
  type createPartitionsV3,
  type createTopicsV7,
  type deleteAclsV3,
  type deleteTopicsV6,
  type describeAclsV3,
  type describeClientQuotasV0,
  type describeConfigsV4,
  type describeQuorumV2,
  type describeUserScramCredentialsV0,
  type findCoordinatorV6,
  type incrementalAlterConfigsV1,
  kGetApi,
  kGetBootstrapConnection,
  kGetConnection,
  type listPartitionReassignmentsV0,
  type metadataV12,
  ResponseError,
  UnsupportedApiError,
  type unregisterBrokerV0,
  type updateFeaturesV1,
} from "@platformatic/kafka";
import { type DescribeClusterResponse, type ElectLeadersResponse, type ElectLeadersTopic, OWN_APIS } from "./apis.ts";
import type { ClientSecurity } from "./clientConfig.ts";

/** Request and answer of each API in the library's newest version; an older broker gets the newest that both know. */
interface Apis {
  ApiVersions: [apiVersionsV4.ApiVersionsRequest, apiVersionsV4.ApiVersionsResponse];
  UpdateFeatures: [updateFeaturesV1.UpdateFeaturesRequest, updateFeaturesV1.UpdateFeaturesResponse];
  Metadata: [metadataV12.MetadataRequest, metadataV12.MetadataResponse];
  DescribeConfigs: [describeConfigsV4.DescribeConfigsRequest, describeConfigsV4.DescribeConfigsResponse];
  FindCoordinator: [findCoordinatorV6.FindCoordinatorRequest, findCoordinatorV6.FindCoordinatorResponse];
  DescribeQuorum: [describeQuorumV2.DescribeQuorumRequest, describeQuorumV2.DescribeQuorumResponse];
  CreateTopics: [createTopicsV7.CreateTopicsRequest, createTopicsV7.CreateTopicsResponse];
  CreatePartitions: [createPartitionsV3.CreatePartitionsRequest, createPartitionsV3.CreatePartitionsResponse];
  IncrementalAlterConfigs: [
    incrementalAlterConfigsV1.IncrementalAlterConfigsRequest,
    incrementalAlterConfigsV1.IncrementalAlterConfigsResponse,
  ];
  DeleteTopics: [deleteTopicsV6.DeleteTopicsRequest, deleteTopicsV6.DeleteTopicsResponse];
  ListPartitionReassignments: [
    listPartitionReassignmentsV0.ListPartitionReassignmentsRequest,
    listPartitionReassignmentsV0.ListPartitionReassignmentsResponse,
  ];
  AlterPartitionReassignments: [
    alterPartitionReassignmentsV1.AlterPartitionReassignmentsRequest,
    alterPartitionReassignmentsV1.AlterPartitionReassignmentsResponse,
  ];
  UnregisterBroker: [unregisterBrokerV0.UnregisterBrokerRequest, unregisterBrokerV0.UnregisterBrokerResponse];
  DescribeUserScramCredentials: [
    describeUserScramCredentialsV0.DescribeUserScramCredentialsRequest,
    describeUserScramCredentialsV0.DescribeUserScramCredentialsResponse,
  ];
  AlterUserScramCredentials: [
    alterUserScramCredentialsV0.AlterUserScramCredentialsRequest,
    alterUserScramCredentialsV0.AlterUserScramCredentialsResponse,
  ];
  DescribeAcls: [describeAclsV3.DescribeAclsRequest, describeAclsV3.DescribeAclsResponse];
  CreateAcls: [createAclsV3.CreateAclsRequest, createAclsV3.CreateAclsResponse];
  DeleteAcls: [deleteAclsV3.DeleteAclsRequest, deleteAclsV3.DeleteAclsResponse];
  DescribeClientQuotas: [
    describeClientQuotasV0.DescribeClientQuotasRequest,
    describeClientQuotasV0.DescribeClientQuotasResponse,
  ];
  AlterClientQuotas: [alterClientQuotasV1.AlterClientQuotasRequest, alterClientQuotasV1.AlterClientQuotasResponse];
  ElectLeaders: [[topics: readonly ElectLeadersTopic[], timeoutMs: number], ElectLeadersResponse];
  DescribeCluster: [[], DescribeClusterResponse];
}
type Arguments<N extends keyof Apis> = Apis[N][0];
type Answer<N extends keyof Apis> = Apis[N][1];

/** Which broker answers: any of the bootstrap list, the one that takes changes, or one by its address. */
export type Target = "any" | "controller" | { readonly host: string; readonly port: number };

export interface ClusterOptions {
  /** `host:port` each. */
  readonly brokers: readonly string[];
  readonly security: ClientSecurity;
}

export interface Cluster {
  /**
   * Sends one request and gives its answer; error codes of single topics are in the answer, as the protocol has them.
   * @throws the library's errors where there is no answer (network, time-out, version)
   */
  call<N extends keyof Apis>(target: Target, name: N, ...args: Arguments<N>): Promise<Answer<N>>;
  close(): Promise<void>;
}

/** Milliseconds that a broker gets to carry out a change before it answers. */
export const CHANGE_TIMEOUT = 30_000;

/** Options of the library's clients, addresses and security among them. */
export function clientOptions({ brokers, security: { sasl, tls } }: ClusterOptions) {
  return {
    clientId: "kafka-platform-agent",
    bootstrapBrokers: [...brokers],
    connectTimeout: 5_000,
    requestTimeout: 2 * CHANGE_TIMEOUT,
    ...(sasl ? { sasl } : {}),
    // The name that is dialled is the one that the certificate has to have.
    ...(tls ? { tls: { ...tls, minVersion: "TLSv1.2" as const }, tlsServerName: true } : {}),
  };
}

export function openCluster(options: ClusterOptions): Cluster {
  const client = new Base({ ...clientOptions(options), retries: 0 });

  const connect = async (target: Target): Promise<Connection> => {
    if (target !== "controller") {
      return promised((done) => {
        if (target === "any") client[kGetBootstrapConnection](done);
        else client[kGetConnection]({ ...target }, done);
      });
    }
    // On KRaft any broker forwards a change and controllerId names one of them; with ZooKeeper only that one takes it.
    const { brokers: known, controllerId } = await call("any", "Metadata", [], false, false);
    const controller = known.find((broker) => broker.nodeId === controllerId);
    return connect(controller ? { host: controller.host, port: controller.port } : "any");
  };

  const apiOf = async <N extends keyof Apis>(name: N): Promise<API<Arguments<N>, Answer<N>>> => {
    if (!(name in OWN_APIS))
      return promised((done) => {
        client[kGetApi](name, done);
      });
    const own = OWN_APIS[name as keyof typeof OWN_APIS];
    const known = (await client.listApis()).find(({ apiKey }) => apiKey === own.key);
    if (known && known.minVersion <= own.version && own.version <= known.maxVersion)
      return own as unknown as API<Arguments<N>, Answer<N>>;
    const range = known ? `${known.minVersion} to ${known.maxVersion}` : "none";
    throw new UnsupportedApiError(`${name} version ${own.version}: the brokers know ${range}`);
  };

  const call = async <N extends keyof Apis>(target: Target, name: N, ...args: Arguments<N>): Promise<Answer<N>> => {
    const connection = await connect(target);
    const api = await apiOf(name);
    try {
      return await api.async(connection, ...args);
    } catch (error) {
      if (error instanceof ResponseError && "response" in error) return error.response as Answer<N>;
      throw error;
    }
  };

  return { call, close: () => client.close() };
}

function promised<T>(start: (done: (error: Error | null, value?: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, value) => {
      if (error) reject(error);
      else resolve(value as T);
    });
  });
}
