// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.docs;

import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.apache.camel.tooling.model.BaseOptionModel;
import org.apache.camel.tooling.model.ComponentModel;
import org.apache.camel.tooling.model.ComponentModel.EndpointHeaderModel;
import org.apache.camel.tooling.model.ComponentModel.EndpointOptionModel;

/** The tables of the component page, of the metadata that tools complete from; in the order and with the columns of Camel's own pages. */
final class ComponentTables {

    /** What AsciiDoc would take for its own. */
    private static final Pattern MARKUP = Pattern.compile("[{*_#`^~+<>]|\\$\\{|RAW\\(");

    private final ComponentModel model;

    ComponentTables(ComponentModel model) {
        this.model = model;
    }

    String header() {
        return """
                :shortname: %s
                :artifactid: %s
                :description: %s
                :since: %s
                :supportlevel: %s
                :component-header: Both producer and consumer are supported
                """.formatted(
                        model.getScheme(),
                        model.getArtifactId(),
                        model.getDescription(),
                        model.getFirstVersion(),
                        model.getSupportLevel());
    }

    String componentOptions() {
        return "The component has " + model.getComponentOptions().size() + " options.\n\n"
                + options(model.getComponentOptions());
    }

    String endpointOptions() {
        List<EndpointOptionModel> path = model.getEndpointPathOptions();
        List<EndpointOptionModel> query = model.getEndpointParameterOptions();
        return "=== Path parameters (" + path.size() + ")\n\n" + options(path) + "\n=== Query parameters ("
                + query.size() + ")\n\n" + options(query);
    }

    String headers() {
        var table = new StringBuilder(
                "The component has " + model.getEndpointHeaders().size() + " message headers.\n\n"
                        + "[cols=\"3,6,1,2\",options=\"header\"]\n|===\n| Name | Description | Default | Type\n");
        for (EndpointHeaderModel header : model.getEndpointHeaders()) {
            table.append("\n| `")
                    .append(header.getName())
                    .append("` (")
                    .append(header.getGroup())
                    .append(")\n");
            rest(table, header);
        }
        return table.append("|===\n").toString();
    }

    private static String options(List<? extends BaseOptionModel> options) {
        var table = new StringBuilder(
                "[cols=\"3,6,1,2\",options=\"header\"]\n|===\n| Name | Description | Default | Type\n");
        for (BaseOptionModel option : options) {
            table.append("\n| `")
                    .append(option.getName())
                    .append("` (")
                    .append(option.getGroup())
                    .append(")\n");
            rest(table, option);
        }
        return table.append("|===\n").toString();
    }

    private static void rest(StringBuilder table, BaseOptionModel option) {
        Object standard = option.getDefaultValue();
        table.append("| ").append(option.isRequired() ? "*Required* " : "").append(text(option.getDescription()));
        if (option.getEnums() != null) {
            table.append(" One of ")
                    .append(String.join(", ", option.getEnums()))
                    .append('.');
        }
        table.append("\n| ")
                .append(standard == null ? "" : "`" + standard + "`")
                .append('\n');
        table.append("| ").append(type(option)).append('\n');
    }

    private static String type(BaseOptionModel option) {
        String shown = Objects.requireNonNullElse(option.getShortJavaType(), option.getJavaType());
        return "duration".equals(option.getType()) ? "duration" : shown;
    }

    /** The name of an option, a value or a placeholder is not to be taken for markup. */
    private static String text(String description) {
        String cell = description.replace("|", "\\|");
        return MARKUP.matcher(cell).find() ? "pass:c[" + cell.replace("]", "\\]") + "]" : cell;
    }
}
