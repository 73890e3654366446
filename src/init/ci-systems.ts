/** The CI systems that there is a pipeline for. */
export const CI_SYSTEMS = ['github', 'gitlab', 'jenkins'] as const;

export type CiSystem = (typeof CI_SYSTEMS)[number];
