/**
 * The id of a KRaft cluster: drawn once, kept in the state, and never drawn again. Formatted volumes carry it, so a new
 * one would lock every broker out of its own data.
 */
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

export interface KafkaClusterIdArgs {
  /** Refuse to delete or redraw the id. */
  readonly deletionProtection: boolean;
}

export class KafkaClusterId extends pulumi.ComponentResource {
  /** 22 characters of URL-safe base64, as Kafka's Uuid reads them. */
  public readonly clusterId: pulumi.Output<string>;

  constructor(name: string, args: KafkaClusterIdArgs, opts?: pulumi.ComponentResourceOptions) {
    super("kafka:index:KafkaClusterId", name, {}, opts);
    const id = new random.RandomId(
      `${name}-id`,
      { byteLength: 16 },
      // A redrawn id would not match the formatted volumes.
      { parent: this, protect: args.deletionProtection },
    );
    this.clusterId = id.b64Url;
    this.registerOutputs({ clusterId: this.clusterId });
  }
}
