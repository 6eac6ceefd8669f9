// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camellightning.node.commando.CommandoServerSettings;
import java.beans.IntrospectionException;
import java.beans.Introspector;
import java.beans.PropertyDescriptor;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CommandoLimitsTest {

    static Stream<PropertyDescriptor> numbers() throws IntrospectionException {
        return Arrays.stream(Introspector.getBeanInfo(CommandoLimits.class, Object.class)
                        .getPropertyDescriptors())
                .filter(property -> property.getPropertyType().isPrimitive());
    }

    private static void set(CommandoLimits limits, PropertyDescriptor property, int value) throws Exception {
        property.getWriteMethod()
                .invoke(limits, property.getPropertyType() == int.class ? (Object) value : (Object) (long) value);
    }

    @Test
    void aNodeThatIsToldNothingHasTheServersDefaults() {
        assertThat(new CommandoLimits().settings()).isEqualTo(CommandoServerSettings.defaults());
    }

    @ParameterizedTest
    @MethodSource("numbers")
    void eachNumberArrives(PropertyDescriptor property) throws Exception {
        var limits = new CommandoLimits();

        set(limits, property, 3);

        assertThat(limits.settings()).isNotEqualTo(CommandoServerSettings.defaults());
        assertThat(property.getReadMethod().invoke(limits)).hasToString("3");
    }

    @ParameterizedTest
    @MethodSource("numbers")
    void noneIsLessThanOne(PropertyDescriptor property) {
        assertThatThrownBy(() -> set(new CommandoLimits(), property, 0))
                .isInstanceOf(InvocationTargetException.class)
                .cause()
                .hasMessage("Invalid limit " + property.getName() + "=0: it must be at least 1");
    }
}
