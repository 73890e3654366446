package stompede.target;

import org.springframework.messaging.handler.annotation.MessageMapping;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.messaging.handler.annotation.SendTo;
import org.springframework.messaging.simp.annotation.SendToUser;
import org.springframework.stereotype.Controller;

/** What an application has behind {@code /app}. Of a message only the body comes out again, none of its headers. */
@Controller
class Handlers {

  private final TargetProperties properties;

  Handlers(TargetProperties properties) {
    this.properties = properties;
  }

  /** To the one who sent it, at {@code /user/topic/echo}. */
  @MessageMapping("/echo")
  @SendToUser(destinations = "/topic/echo", broadcast = false)
  byte[] echo(@Payload byte[] body) throws InterruptedException {
    return handle(body);
  }

  @MessageMapping("/broadcast")
  @SendTo("/topic/broadcast")
  byte[] broadcast(@Payload byte[] body) throws InterruptedException {
    return handle(body);
  }

  private byte[] handle(byte[] body) throws InterruptedException {
    Thread.sleep(properties.handlerDelayMs());
    return body;
  }
}
