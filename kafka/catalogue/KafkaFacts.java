import java.util.Map;
import java.util.TreeSet;
import org.apache.kafka.common.config.ConfigDef;

/** Prints what the Kafka on the class path knows: lines `metadata <version>`, `broker <key> <mode>` and `topic <key>`. */
public final class KafkaFacts {
  public static void main(String[] args) throws Exception {
    Class<?> versions = Class.forName("org.apache.kafka.server.common.MetadataVersion");
    System.out.println("metadata " + versions.getField("LATEST_PRODUCTION").get(null));

    Map<?, ?> modes = updateModes();
    ConfigDef broker = (ConfigDef) call(Class.forName("kafka.server.KafkaConfig"), null, "configDef");
    for (String key : new TreeSet<>(broker.names())) {
      Object mode = modes.get(key);
      System.out.println("broker " + key + " " + (mode == null ? "read-only" : mode));
    }

    ConfigDef topic = (ConfigDef) call(Class.forName("org.apache.kafka.storage.internals.log.LogConfig"), null, "configDefCopy");
    for (String key : new TreeSet<>(topic.names())) System.out.println("topic " + key);
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
