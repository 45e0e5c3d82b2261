import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import javax.security.auth.login.AppConfigurationEntry;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.security.JaasContext;

/**
 * Reads properties files from standard input, one a line in base64, by the classes that clients and brokers read them with.
 * Writes a line each: the entries as base64 of key and value, and options of a login in the entry that Kafka takes it from.
 */
public class ReadLogins {
  public static void main(String[] args) throws Exception {
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      Properties properties = new Properties();
      properties.load(new StringReader(new String(Base64.getDecoder().decode(line), StandardCharsets.ISO_8859_1)));
      List<String> fields = new ArrayList<>();
      for (Map.Entry<Object, Object> entry : properties.entrySet()) {
        fields.add("property " + base64(entry.getKey()) + " " + base64(entry.getValue()));
      }
      String login = properties.getProperty(SaslConfigs.SASL_JAAS_CONFIG);
      if (login != null) {
        JaasContext context =
            JaasContext.loadClientContext(Map.of(SaslConfigs.SASL_JAAS_CONFIG, new Password(login)));
        for (AppConfigurationEntry module : context.configurationEntries()) {
          fields.add("module " + base64(module.getLoginModuleName()) + " " + base64(module.getControlFlag()));
          for (Map.Entry<String, ?> option : module.getOptions().entrySet()) {
            fields.add("option " + base64(option.getKey()) + " " + base64(option.getValue()));
          }
        }
      }
      System.out.println(String.join(",", fields));
    }
  }

  private static String base64(Object text) {
    // A letter that is none, half of a pair, would become a question mark in UTF-8.
    return Base64.getEncoder().encodeToString(text.toString().getBytes(StandardCharsets.UTF_16BE));
  }
}
