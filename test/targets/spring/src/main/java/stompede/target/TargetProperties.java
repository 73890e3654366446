package stompede.target;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What a test may set on the command line, as {@code --app.handler-delay-ms=500}. What is not set is as Spring has it.
 *
 * @param handlerDelayMs how long a handler holds its thread
 * @param heartbeatMs heart-beats both ways; 0: none
 * @param preserveOrder of what a client sends, and of what is sent to it
 * @param textBufferBytes the longest WebSocket message that Tomcat takes; 0: Tomcat's own limit
 * @param stompFrameBytes the longest STOMP frame, over any number of WebSocket messages; 0: Spring's own limit
 */
@ConfigurationProperties("app")
public record TargetProperties(
    @DefaultValue Inbound inbound,
    @DefaultValue("0") long handlerDelayMs,
    @DefaultValue("0") long heartbeatMs,
    @DefaultValue("false") boolean preserveOrder,
    @DefaultValue("0") int textBufferBytes,
    @DefaultValue("0") int stompFrameBytes) {

  /**
   * The executor that runs whatever clients send.
   *
   * @param core its threads; 0: Spring's own number
   * @param queue how many frames may wait for one; 0: any number
   */
  public record Inbound(@DefaultValue("0") int core, @DefaultValue("0") int queue) {}
}
