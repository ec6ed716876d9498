import { expect, test } from 'bun:test'
import { addressKey } from '../../../src/platform/limits/index.ts'
import { createPeerOf } from '../../../src/transport/http/peer.ts'

const trusting = createPeerOf(['10.0.0.0/8', '192.0.2.10', '2001:db8:1::/48'])

test.each([
  ['no proxy, header forged', '198.51.100.7', '1.1.1.1', '198.51.100.7'],
  ['one proxy', '10.0.0.1', '198.51.100.7', '198.51.100.7'],
  ['two proxies', '192.0.2.10', '198.51.100.7, 10.9.9.9', '198.51.100.7'],
  ['a client that forges the left end', '10.0.0.1', '1.1.1.1, 198.51.100.7', '198.51.100.7'],
  ['a client that forges one of our proxies', '10.0.0.1', '10.0.0.5, 198.51.100.7', '198.51.100.7'],
  ['only proxies', '10.0.0.1', '10.0.0.2, 10.0.0.3', '10.0.0.2'],
  ['garbage in the middle', '10.0.0.1', '198.51.100.7, unknown, 10.0.0.3', '10.0.0.3'],
  ['no header', '10.0.0.1', null, '10.0.0.1'],
  ['an empty header', '10.0.0.1', '', '10.0.0.1'],
  ['a mapped proxy', '::ffff:10.0.0.1', '198.51.100.7', '198.51.100.7'],
  ['ports', '10.0.0.1', '198.51.100.7:4711', '198.51.100.7'],
  ['IPv6 with a port', '2001:db8:1::5', '[2001:DB8:2::7]:4711', '2001:db8:2::7'],
])('the client behind %s is found', (_, ip, forwarded, client) => {
  const headers = new Headers(forwarded === null ? {} : { 'x-forwarded-for': forwarded })
  expect(trusting(headers, { ip, tls: false }).ip).toBe(client)
})

test.each([
  ['a trusted proxy that says https', '10.0.0.1', 'https', false, true],
  ['a trusted proxy that says http', '10.0.0.1', 'http', true, false],
  ['a trusted proxy that says nothing', '10.0.0.1', null, true, true],
  ['a stranger that says https', '198.51.100.7', 'https', false, false],
])('%s is believed as far as it goes', (_, ip, proto, tls, secure) => {
  const headers = new Headers(proto === null ? {} : { 'x-forwarded-proto': proto })
  expect(trusting(headers, { ip, tls }).secure).toBe(secure)
})

test('without trusted proxies nobody is believed', () => {
  const headers = new Headers({ 'x-forwarded-for': '1.1.1.1', 'x-forwarded-proto': 'https' })
  expect(createPeerOf([])(headers, { ip: '10.0.0.1', tls: false })).toEqual({ ip: '10.0.0.1', secure: false })
})

test.each([
  ['198.51.100.7', '198.51.100.7'],
  ['2001:db8:0:1:2:3:4:5', '2001:db8:0:1::/64'],
  ['2001:db8::5', '2001:db8:0:0::/64'],
  ['2001:0db8:0000:0001::9', '2001:db8:0:1::/64'],
  ['::1', '::1'],
  ['0:0:0:0:0:ffff:c633:6407', '0:0:0:0:0:ffff:c633:6407'],
  ['64:ff9b::c633:6407', '64:ff9b::c633:6407'],
  ['64:ff9b:1:fffe::c633:6407', '64:ff9b:1:fffe::c633:6407'],
  ['64:ff9b:2:1::1', '64:ff9b:2:1::/64'],
  ['64:ff9b:0:1::1', '64:ff9b:0:1::/64'],
  ['2001:db8:1:2:3:4:5::', '2001:db8:1:2::/64'],
  [null, 'unknown'],
])('limits count %s as %s', (ip, key) => {
  expect(addressKey(ip)).toBe(key)
})
