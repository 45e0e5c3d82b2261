import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;

/**
 * Creates topics with one createTopics call of Kafka's own admin client, waits until each partition has a leader, and
 * prints the milliseconds from opening the client to that moment.
 */
public class CreateTopics {
  public static void main(String[] args) throws Exception {
    String brokers = args[0];
    String prefix = args[1];
    int count = Integer.parseInt(args[2]);
    int partitions = Integer.parseInt(args[3]);
    List<NewTopic> topics = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (int number = 0; number < count; number++) {
      names.add(prefix + number);
      topics.add(new NewTopic(prefix + number, partitions, (short) 1)
          .configs(Map.of("min.insync.replicas", "1", "retention.ms", "86400000")));
    }
    Properties properties = new Properties();
    properties.put("bootstrap.servers", brokers);
    long start = System.nanoTime();
    try (Admin admin = Admin.create(properties)) {
      admin.createTopics(topics).all().get();
      while (!led(admin, names, partitions)) {
        Thread.sleep(50);
      }
      System.out.println(Duration.ofNanos(System.nanoTime() - start).toMillis());
    }
  }

  private static boolean led(Admin admin, List<String> names, int partitions) throws Exception {
    try {
      for (TopicDescription topic : admin.describeTopics(names).allTopicNames().get().values()) {
        if (topic.partitions().size() < partitions || topic.partitions().stream().anyMatch(p -> p.leader() == null)) {
          return false;
        }
      }
      return true;
    } catch (java.util.concurrent.ExecutionException unknown) {
      return false;
    }
  }
}
