// Runs in Hermes before React Native's JavaScript: what the native side of an app has. Each call is a line of output; what comes back is a line of input that calls `fromNative`.

;(function () {
  const write = globalThis.print
  const tell = (...call) => write(`@${JSON.stringify(call)}`)
  const callable = {}
  const timers = new Map()
  let count = 0

  const wait =
    (kind) =>
    (act, ms, ...given) => {
      timers.set(++count, { act: () => act(...given), repeats: kind === 'interval' })
      tell(kind, count, Number(ms) || 0)
      return count
    }
  const end = (id) => {
    if (timers.delete(id)) tell('ended', id)
  }
  const now =
    (module, method) =>
    (...given) =>
      tell('call', module, method, given)
  const nothing = () => undefined

  const modules = {
    PlatformConstants: {
      getConstants: () => ({ isTesting: true, Version: 36, reactNativeVersion: { major: 0, minor: 88, patch: 1 } }),
    },
    // As the native side has them: all off.
    NativeReactNativeFeatureFlagsCxx: new Proxy({}, { get: () => () => false }),
    ExceptionsManager: { reportException: ({ message }) => tell('log', 3, message) },
    NativeMicrotasksCxx: { queueMicrotask: (act) => void Promise.resolve().then(act) },
    NativePerformanceCxx: { now: Date.now, timeOrigin: () => 0, getSupportedPerformanceEntryTypes: () => [] },
    WebSocketModule: Object.fromEntries(
      ['connect', 'send', 'sendBinary', 'close', 'ping'].map((name) => [name, now('WebSocketModule', name)]),
    ),
    Networking: Object.fromEntries(['sendRequest', 'abortRequest'].map((name) => [name, now('Networking', name)])),
    BlobModule: {
      getConstants: () => ({ BLOB_URI_SCHEME: 'content', BLOB_URI_HOST: 'blobs' }),
      addNetworkingHandler: nothing,
      addWebSocketHandler: nothing,
      removeWebSocketHandler: nothing,
      release: nothing,
    },
  }

  Object.assign(globalThis, {
    RN$Bridgeless: true,
    RN$registerCallableModule: (name, make) => {
      callable[name] = make
    },
    nativeModuleProxy: new Proxy(modules, { get: (all, name) => all[name] ?? null }),
    setTimeout: wait('timeout'),
    setInterval: wait('interval'),
    clearTimeout: end,
    clearInterval: end,
    requestAnimationFrame: (act) => wait('timeout')(act, 16),
    nativeLoggingHook: (text, level) => tell('log', level, text),
    fromNative: (kind, ...given) => {
      const [first, second] = given
      if (kind === 'event') callable.RCTDeviceEventEmitter().emit(first, second)
      if (kind === 'time') {
        const timer = timers.get(first)
        if (timer !== undefined && !timer.repeats) timers.delete(first)
        timer?.act()
      }
    },
    fromTest: (id, act) =>
      void Promise.resolve()
        .then(act)
        .then(
          (value) => tell('result', id, value ?? null),
          (/** @type {unknown} */ error) => tell('failed', id, { message: error.message, code: error.code }),
        ),
  })
  // The engine of the command line has some that the one in an app has not.
  delete globalThis.print
  delete globalThis.setImmediate
})()
