// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.examples.springboot;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Either side, as its profile says: {@code --spring.profiles.active=alice} or {@code bob}. All else is in application.yml and the routes. */
@SpringBootApplication(proxyBeanMethods = false)
public class OrdersApplication {

    public static void main(String[] args) {
        SpringApplication.run(OrdersApplication.class, args);
    }
}
