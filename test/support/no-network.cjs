// Preloaded by quiet.test.ts (`node --require`): every way to the network writes its name to the file NETWORK_LOG and fails.
const { appendFileSync } = require('node:fs')
const dgram = require('node:dgram')
const net = require('node:net')

const note = name => {
  appendFileSync(process.env.NETWORK_LOG, `${name}\n`)
  return new Error(`no network in this test: ${name}`)
}

const refuse = name => () => {
  throw note(name)
}

// Fails as a network that is down does: later, and on the socket.
net.Socket.prototype.connect = function connect() {
  const error = note('connect')
  setImmediate(() => this.destroy(error))
  return this
}
net.Server.prototype.listen = refuse('listen')
dgram.createSocket = refuse('dgram')
globalThis.fetch = refuse('fetch')
