// Preloaded into every thread of the generator: a full collection of garbage each five seconds, so that resident memory is
// what is kept. V8 by itself collects the old space of a small heap every ten minutes or so: until then memory rises by some
// megabytes and falls again, which within twenty minutes looks like growth.
setInterval(() => globalThis.gc(), 5000).unref();
