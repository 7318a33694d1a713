/**
 * The node types that the engine knows. In: node classes. Out: n8n's INodeTypes, with full type names, one instance
 * per class, and what n8n's package loader adds to a description.
 */
import { RoutingNode } from 'n8n-core';
import { commonPollingParameters } from 'n8n-core/dist/nodes-loader/constants';
import {
	NodeHelpers,
	type IExecuteFunctions,
	type INodeType,
	type INodeTypes,
	type IVersionedNodeType,
} from 'n8n-workflow';

import { builtinNodes } from './builtinNodes';

export type NodeClass = new () => INodeType | IVersionedNodeType;

const PACKAGE_NAME = 'n8n-nodes-image3d';

/** Type names are `n8n-nodes-image3d.<name>` for the given classes, `n8n-nodes-base.<name>` for the built-in ones. */
export class NodeTypes implements INodeTypes {
	private readonly types = new Map<string, INodeType | IVersionedNodeType>();

	private readonly namesByClass = new Map<NodeClass, string>();

	constructor(classes: NodeClass[]) {
		for (const nodeClass of builtinNodes) this.add('n8n-nodes-base', nodeClass);
		for (const nodeClass of classes) this.add(PACKAGE_NAME, nodeClass);
	}

	/** The full type name of a class or a name; a class that the engine was not given is added now. */
	nameOf(node: NodeClass | string): string {
		if (typeof node === 'string') return node;
		return this.namesByClass.get(node) ?? this.add(PACKAGE_NAME, node);
	}

	/** The version that a newly placed node gets. */
	latestVersion(name: string): number {
		const type = this.getByName(name);
		if ('nodeVersions' in type) return type.currentVersion;
		const { defaultVersion, version } = type.description;
		return defaultVersion ?? (Array.isArray(version) ? Math.max(...version) : version);
	}

	getByName(name: string): INodeType | IVersionedNodeType {
		const type = this.types.get(name);
		if (!type) throw new Error(`Unrecognized node type: ${name}`);
		return type;
	}

	getByNameAndVersion(name: string, version?: number): INodeType {
		const type = NodeHelpers.getVersionedNodeType(this.getByName(name), version);
		const isDeclarative = type.description.requestDefaults !== undefined;
		if (isDeclarative && !type.execute && !type.poll && !type.trigger) {
			type.execute = async function (this: IExecuteFunctions) {
				return (await new RoutingNode(this as never, type).runNode()) ?? [];
			};
		}
		return type;
	}

	getKnownTypes() {
		return Object.fromEntries(
			[...this.types.keys()].map((name) => [name, { className: name, sourcePath: '' }]),
		);
	}

	private add(packageName: string, nodeClass: NodeClass): string {
		const type = new nodeClass();
		const name = `${packageName}.${type.description.name}`;
		const versions = 'nodeVersions' in type ? Object.values(type.nodeVersions) : [type];
		for (const { description } of versions) {
			// A description is often one shared object: never add the field twice.
			if (!description.polling || description.properties.some((property) => property.name === 'pollTimes'))
				continue;
			description.properties = [...commonPollingParameters, ...description.properties];
		}
		this.types.set(name, type);
		this.namesByClass.set(nodeClass, name);
		return name;
	}
}
