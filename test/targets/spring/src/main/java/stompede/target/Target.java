package stompede.target;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;

@SpringBootApplication
@EnableConfigurationProperties(TargetProperties.class)
public class Target {

  public static void main(String[] args) {
    SpringApplication.run(Target.class, args);
  }
}
