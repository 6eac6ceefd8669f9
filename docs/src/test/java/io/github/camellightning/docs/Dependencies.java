// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.camel.catalog.DefaultCamelCatalog;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/** Those of a Maven project that a page shows: ours are in this build, Camel's in its catalog, others in the parent of this build. */
final class Dependencies {

    private static final Pattern PROPERTY = Pattern.compile("\\$\\{([\\w.-]+)\\.version}");

    private final String parent = Page.of("pom.xml").text();

    void check(Element element) throws Exception {
        List<Element> dependencies =
                element.getLocalName().equals("dependency") ? List.of(element) : children(element, "dependency");
        assertThat(dependencies).isNotEmpty();
        for (Element dependency : dependencies) {
            exists(text(dependency, "groupId"), text(dependency, "artifactId"));
        }
    }

    /** Its properties have the versions of this build. */
    void checkProject(Element project) throws Exception {
        check(children(project, "dependencies").get(0));
        for (Element properties : children(project, "properties")) {
            for (Element property : children(properties, null)) {
                String expected = property.getLocalName().equals("camel-lightning.version")
                        ? between(parent, "<version>", "</version>")
                        : between(parent, "<" + property.getLocalName() + ">", "</");
                assertThat(property.getTextContent())
                        .as(property.getLocalName())
                        .isEqualTo(expected);
            }
        }
        Set<String> known = new TreeSet<>();
        children(project, "properties").forEach(each -> children(each, null).forEach(p -> known.add(p.getLocalName())));
        var used = PROPERTY.matcher(project.getTextContent());
        while (used.find()) {
            assertThat(known).contains(used.group(1) + ".version");
        }
    }

    private void exists(String group, String artifact) throws Exception {
        if (group.equals("io.github.camellightning")) {
            assertThat(modules()).contains(artifact);
        } else if (group.equals("org.apache.camel")) {
            assertThat(isCamels(artifact)).as(artifact).isTrue();
        } else {
            assertThat(parent).contains("<artifactId>" + artifact + "</artifactId>");
        }
    }

    private static Set<String> modules() throws Exception {
        var names = new TreeSet<String>();
        try (var files = Files.walk(Page.ROOT, 3)) {
            for (Path pom : files.filter(file -> file.endsWith("pom.xml")).toList()) {
                String text = Files.readString(pom);
                String own = text.contains("</parent>") ? text.substring(text.indexOf("</parent>")) : text;
                names.add(between(own, "<artifactId>", "</"));
            }
        }
        return names;
    }

    private static boolean isCamels(String artifact) {
        var catalog = new DefaultCamelCatalog();
        String name = artifact.replaceFirst("^camel-", "");
        return name.equals("core") || catalog.componentModel(name) != null || catalog.otherModel(name) != null;
    }

    private static List<Element> children(Element of, String name) {
        var found = new ArrayList<Element>();
        for (Node node = of.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element child && (name == null || name.equals(child.getLocalName()))) {
                found.add(child);
            }
        }
        return found;
    }

    private static String text(Element of, String name) {
        return children(of, name).get(0).getTextContent().trim();
    }

    private static String between(String text, String start, String end) {
        int from = text.indexOf(start) + start.length();
        return text.substring(from, text.indexOf(end, from));
    }
}
