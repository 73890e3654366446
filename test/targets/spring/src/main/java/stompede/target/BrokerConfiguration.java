package stompede.target;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.lang.NonNull;
import org.springframework.messaging.simp.config.ChannelRegistration;
import org.springframework.messaging.simp.config.MessageBrokerRegistry;
import org.springframework.messaging.simp.config.TaskExecutorRegistration;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.web.socket.config.annotation.EnableWebSocketMessageBroker;
import org.springframework.web.socket.config.annotation.StompEndpointRegistry;
import org.springframework.web.socket.config.annotation.WebSocketMessageBrokerConfigurer;
import org.springframework.web.socket.config.annotation.WebSocketTransportRegistration;
import org.springframework.web.socket.server.standard.ServletServerContainerFactoryBean;

@Configuration
@EnableWebSocketMessageBroker
class BrokerConfiguration implements WebSocketMessageBrokerConfigurer {

  private final TargetProperties properties;

  BrokerConfiguration(TargetProperties properties) {
    this.properties = properties;
  }

  @Override
  public void registerStompEndpoints(@NonNull StompEndpointRegistry registry) {
    registry.addEndpoint("/ws").setAllowedOriginPatterns("*");
    registry.addEndpoint("/sockjs").setAllowedOriginPatterns("*").withSockJS();
    registry.setPreserveReceiveOrder(properties.preserveOrder());
  }

  @Override
  public void configureMessageBroker(@NonNull MessageBrokerRegistry registry) {
    registry.setApplicationDestinationPrefixes("/app");
    registry.setPreservePublishOrder(properties.preserveOrder());
    var broker = registry.enableSimpleBroker("/topic", "/queue");
    long heartbeatMs = properties.heartbeatMs();
    if (heartbeatMs > 0) {
      broker.setTaskScheduler(heartbeats()).setHeartbeatValue(new long[] {heartbeatMs, heartbeatMs});
    }
  }

  @Override
  public void configureClientInboundChannel(@NonNull ChannelRegistration registration) {
    var inbound = properties.inbound();
    if (inbound.core() == 0 && inbound.queue() == 0) {
      return;
    }
    TaskExecutorRegistration executor = registration.taskExecutor();
    if (inbound.core() > 0) {
      executor.corePoolSize(inbound.core()).maxPoolSize(inbound.core());
    }
    if (inbound.queue() > 0) {
      executor.queueCapacity(inbound.queue());
    }
  }

  @Override
  public void configureWebSocketTransport(@NonNull WebSocketTransportRegistration registration) {
    if (properties.stompFrameBytes() > 0) {
      registration.setMessageSizeLimit(properties.stompFrameBytes());
    }
  }

  @Bean
  ServletServerContainerFactoryBean webSocketContainer() {
    var container = new ServletServerContainerFactoryBean();
    if (properties.textBufferBytes() > 0) {
      container.setMaxTextMessageBufferSize(properties.textBufferBytes());
    }
    return container;
  }

  private static ThreadPoolTaskScheduler heartbeats() {
    var scheduler = new ThreadPoolTaskScheduler();
    scheduler.setThreadNamePrefix("heartbeats-");
    scheduler.initialize();
    return scheduler;
  }
}
