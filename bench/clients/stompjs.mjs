// What is usual: @stomp/stompjs over ws, each connection a Client of its own.
import { Client } from '@stomp/stompjs';
import { createRequire } from 'node:module';
import { generate } from './generator.mjs';

const WebSocket = createRequire(import.meta.url)('ws');

function newClient({ destination, body }) {
  let messages = 0;

  function connect(address, port, onConnect) {
    const url = `ws://${address}:${port}/ws`;
    const client = new Client({
      webSocketFactory: () => (client.socket = new WebSocket(url, ['v12.stomp'])),
      reconnectDelay: 0,
      heartbeatIncoming: 0,
      heartbeatOutgoing: 0,
      onConnect: () => onConnect(client),
      onStompError: ({ headers }) => fail(headers.message),
      onWebSocketError: ({ message }) => fail(message),
    });
    client.activate();
    return client;
  }

  return {
    open: (address, port, onReady) =>
      connect(address, port, (client) => {
        client.watchForReceipt('s0', onReady);
        client.subscribe(destination, () => messages++, { id: 'sub-0', receipt: 's0' });
      }),
    messages: () => messages,
    destroy: ({ socket }) => socket._socket?.resetAndDestroy(),
    publisher: (address, port) =>
      new Promise((resolve) => {
        connect(address, port, (client) => {
          resolve(() => client.publish({ destination, body, headers: { 'content-type': 'text/plain' } }));
        });
      }),
  };
}

function fail(message) {
  console.error(message);
  process.exit(1);
}

await generate(newClient);
