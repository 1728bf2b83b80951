/** Rule of the alerts that tell what the sensor could not see. */
export const blindRule = 'Lanner internal: blind interval';
