// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component.springboot;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Applications as their users have them: what the class path brings configures itself. */
final class Boot {

    private Boot() {}

    static ApplicationContextRunner application(String... properties) {
        return new ApplicationContextRunner()
                .withUserConfiguration(Application.class)
                .withPropertyValues(properties);
    }

    @EnableAutoConfiguration
    static class Application {}
}
