import java.util.Map;
import java.util.TreeSet;
import org.apache.kafka.common.config.ConfigDef;

/**
 * Prints what the Kafka on the class path knows: lines `metadata <version>`, `level <version> <number>`,
 * `feature <name> <level> <metadata version>` where its features can tell (from 4.0), `broker <key> <mode>` and `topic <key>`.
 */
public final class KafkaFacts {
  public static void main(String[] args) throws Exception {
    Class<?> versions = Class.forName("org.apache.kafka.server.common.MetadataVersion");
    System.out.println("metadata " + versions.getField("LATEST_PRODUCTION").get(null));

    Object latest = versions.getField("LATEST_PRODUCTION").get(null);
    for (Object version : versions.getEnumConstants()) {
      if (((Enum<?>) version).ordinal() > ((Enum<?>) latest).ordinal()) continue;
      Object level = call(versions, version, "featureLevel");
      System.out.println("level " + call(versions, version, "version") + " " + level);
      features(versions, version);
    }

    Map<?, ?> modes = updateModes();
    ConfigDef broker = (ConfigDef) call(Class.forName("kafka.server.KafkaConfig"), null, "configDef");
    for (String key : new TreeSet<>(broker.names())) {
      Object mode = modes.get(key);
      System.out.println("broker " + key + " " + (mode == null ? "read-only" : mode));
    }

    ConfigDef topic = (ConfigDef) call(Class.forName("org.apache.kafka.storage.internals.log.LogConfig"), null, "configDefCopy");
    for (String key : new TreeSet<>(topic.names())) System.out.println("topic " + key);
  }

  /** Levels that the features have by default at a metadata version. */
  private static void features(Class<?> versions, Object version) throws Exception {
    Class<?> feature;
    try {
      feature = Class.forName("org.apache.kafka.server.common.Feature");
    } catch (ClassNotFoundException untilThreeNine) {
      return;
    }
    for (Object one : (Iterable<?>) feature.getField("PRODUCTION_FEATURES").get(null)) {
      Object level = feature.getMethod("defaultLevel", versions).invoke(one, version);
      System.out.println("feature " + call(feature, one, "featureName") + " " + level + " " + call(versions, version, "version"));
    }
  }

  /** What Kafka's own documentation generator asks: a Scala object until 4.2, a Java class since 4.3. */
  private static Map<?, ?> updateModes() throws Exception {
    String method = "dynamicConfigUpdateModes";
    try {
      return (Map<?, ?>) call(Class.forName("org.apache.kafka.server.config.DynamicBrokerConfig"), null, method);
    } catch (ClassNotFoundException untilFourTwo) {
      Class<?> scala = Class.forName("kafka.server.DynamicBrokerConfig$");
      return (Map<?, ?>) call(scala, scala.getField("MODULE$").get(null), method);
    }
  }

  private static Object call(Class<?> owner, Object self, String name) throws Exception {
    return owner.getMethod(name).invoke(self);
  }
}
