// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import javax.management.JMException;
import javax.management.ObjectName;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.ManagementAgent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Shows under JMX, where the context has that, what Camel would not show by itself. */
final class Management {

    private static final Logger LOG = LoggerFactory.getLogger(Management.class);
    private static final Runnable NOTHING = () -> {};

    private Management() {}

    /**
     * @param name among the context's services
     * @return ends it
     */
    static Runnable show(CamelContext context, String name, Object managed) {
        ManagementAgent agent = context.getManagementStrategy().getManagementAgent();
        if (agent == null) {
            return NOTHING;
        }
        try {
            ObjectName objectName = objectName(context, name);
            if (agent.isRegistered(objectName)) {
                LOG.debug("{} is shown already", objectName);
                return NOTHING;
            }
            agent.register(managed, objectName);
            return () -> hide(agent, objectName);
        } catch (JMException failure) {
            LOG.warn(
                    "{} is not to be seen under JMX, and works without; two contexts of one name in one JVM are the usual reason, give each a name of its own: {}",
                    name,
                    failure.toString());
            return NOTHING;
        }
    }

    /** Beside the context's other services. */
    private static ObjectName objectName(CamelContext context, String name) throws JMException {
        ObjectName ofContext = context.getManagementStrategy()
                .getManagementObjectNameStrategy()
                .getObjectNameForCamelContext(context);
        return new ObjectName(ofContext.getDomain() + ":context=" + ofContext.getKeyProperty("context")
                + ",type=services,name=" + ObjectName.quote(name));
    }

    private static void hide(ManagementAgent agent, ObjectName objectName) {
        try {
            agent.unregister(objectName);
        } catch (JMException failure) {
            LOG.debug("{} could not be taken from JMX", objectName, failure);
        }
    }
}
