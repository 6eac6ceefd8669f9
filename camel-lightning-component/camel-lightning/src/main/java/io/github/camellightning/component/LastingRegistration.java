// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.Registration;

/** A registration of which {@code close} ends the intake only: what came in before keeps what it needs to be answered. */
interface LastingRegistration extends Registration {

    /** Ends all of it; what has no answer by now gets none. Idempotent. */
    void end();
}
