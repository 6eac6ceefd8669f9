// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.camel.catalog.RuntimeCamelCatalog;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.tooling.model.ComponentModel;
import org.apache.camel.tooling.model.DataFormatModel;
import org.apache.camel.tooling.model.JsonMapper;
import org.junit.jupiter.api.Test;

/** What tools know of the component, and what Camel finds by itself. */
class MetadataTest {

    private static ComponentModel model() throws Exception {
        try (var context = new DefaultCamelContext()) {
            return JsonMapper.generateComponentModel(context.getComponentParameterJsonSchema("lightning"));
        }
    }

    @Test
    void theOperationsCompleteThemselves() throws Exception {
        ComponentModel model = model();

        assertThat(model.getTitle()).isEqualTo("Lightning");
        assertThat(model.getSyntax()).isEqualTo("lightning:operation/name");
        assertThat(model.getLabel()).isEqualTo("messaging,blockchain");
        assertThat(model.getEndpointOptions())
                .filteredOn(option -> option.getName().equals("operation"))
                .singleElement()
                .satisfies(option -> assertThat(option.getEnums())
                        .containsExactly(
                                "sendcustommsg",
                                "custommsg",
                                "commando",
                                "jsonrpc",
                                "lsps0",
                                "rpc",
                                "notification",
                                "hook"));
    }

    @Test
    void everyOptionAndHeaderIsDescribed() throws Exception {
        ComponentModel model = model();

        assertThat(model.getEndpointOptions())
                .hasSizeGreaterThan(15)
                .allSatisfy(option -> assertThat(option.getDescription()).isNotBlank());
        assertThat(model.getEndpointHeaders())
                .extracting(ComponentModel.EndpointHeaderModel::getName)
                .containsExactlyInAnyOrder(
                        "CamelLightningPeerId",
                        "CamelLightningMessageType",
                        "CamelLightningOverridePeerId",
                        "CamelLightningOverrideMessageType",
                        "CamelLightningLocalNodeId",
                        "CamelLightningMethod",
                        "CamelLightningRune",
                        "CamelLightningTopic",
                        "CamelLightningStatus",
                        "CamelLightningEnvelopeId",
                        "CamelLightningFileName",
                        "CamelMessageTimestamp");
    }

    @Test
    void uriOptionsAreValidAsTheCatalogSeesThem() throws Exception {
        try (var context = new DefaultCamelContext()) {
            RuntimeCamelCatalog catalog =
                    context.getCamelContextExtension().getContextPlugin(RuntimeCamelCatalog.class);
            assertThat(catalog.endpointProperties("lightning:custommsg?maxHold=2s&releaseOn=receipt"))
                    .containsEntry("operation", "custommsg")
                    .containsEntry("maxHold", "2s");
        }
    }

    @Test
    void theDataFormatIsDescribed() throws Exception {
        try (var context = new DefaultCamelContext()) {
            DataFormatModel model =
                    JsonMapper.generateDataFormatModel(context.getDataFormatParameterJsonSchema("lightning-tlv"));

            assertThat(model.getName()).isEqualTo("lightning-tlv");
            assertThat(model.getJavaType()).isEqualTo(LightningTlvDataFormat.class.getName());
            assertThat(model.getOptions()).singleElement().satisfies(option -> {
                assertThat(option.getName()).isEqualTo("knownTypes");
                assertThat(option.getDescription()).isNotBlank();
                assertThat(LightningTlvDataFormat.class
                                .getMethod("getKnownTypes")
                                .getReturnType())
                        .hasToString("class " + option.getJavaType());
            });
        }
    }
}
