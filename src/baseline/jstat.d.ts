/** What of jstat is used. The package has no types of its own. */
declare module 'jstat' {
  interface JStat {
    /** The regularized incomplete beta function I_x(a, b). */
    ibeta(x: number, a: number, b: number): number;
    readonly studentt: { inv(probability: number, degreesOfFreedom: number): number };
    readonly normal: {
      inv(probability: number, mean: number, deviation: number): number;
      cdf(x: number, mean: number, deviation: number): number;
    };
  }
  const jstat: JStat;
  export default jstat;
}
