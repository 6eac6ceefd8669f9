// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component.springboot;

import org.apache.camel.spring.boot.DataFormatConfigurationPropertiesCommon;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** The options of the data format {@code lightning-tlv}. */
@ConfigurationProperties("camel.dataformat.lightning-tlv")
public class LightningTlvDataFormatConfiguration extends DataFormatConfigurationPropertiesCommon {

    /**
     * The types that the reader knows, like 0-2,65537. With it a stream that has another type that is even is refused (BOLT 1: it's OK to be odd);
     * without it all types are taken.
     */
    private @Nullable String knownTypes;

    public @Nullable String getKnownTypes() {
        return knownTypes;
    }

    public void setKnownTypes(@Nullable String knownTypes) {
        this.knownTypes = knownTypes;
    }
}
